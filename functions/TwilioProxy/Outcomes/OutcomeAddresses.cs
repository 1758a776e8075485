using Microsoft.AspNetCore.Http;
using Sessions.Http;

namespace Sessions.TwilioProxy;

/// <summary>
/// Where carriers tell what became of an Interaction: absolute, under the address that they reach the service by.
/// </summary>
internal sealed class OutcomeAddresses(PublicAddress address)
{
    /// <summary>The addresses of one Interaction.</summary>
    /// <param name="request">What it is made for, to know where this service is reached.</param>
    /// <param name="serviceSid">Its Service.</param>
    /// <param name="interactionSid">The Interaction.</param>
    public OutcomeUrls Of(HttpRequest request, string serviceSid, string interactionSid) =>
        Under(address.Of(request), serviceSid, interactionSid);

    /// <summary>The same where there is no request, but a carrier, which does not go without Public__BaseUrl.</summary>
    public OutcomeUrls Of(string serviceSid, string interactionSid) =>
        Under(address.Configured!, serviceSid, interactionSid);

    private static OutcomeUrls Under(string origin, string serviceSid, string interactionSid)
    {
        var under = $"{origin}/v1/Services/{serviceSid}/Outcomes/{interactionSid}";
        return new($"{under}/Message", $"{under}/Call", $"{under}/Dial");
    }
}

/// <summary>Where carriers tell what became of one Interaction.</summary>
/// <param name="Message">For the status of a message: its <c>StatusCallback</c>.</param>
/// <param name="Call">For the status of a call that is dialled.</param>
/// <param name="Dial">For what comes after it.</param>
internal sealed record OutcomeUrls(string Message, string Call, string Dial);
