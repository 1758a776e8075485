namespace Sessions.Tests.Storage.Cosmos;

/// <summary>Asks the stand-in to fail requests with these probabilities; its README names the faults.</summary>
internal sealed class StandInFaults(string faults) : DelegatingHandler
{
    protected override Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Headers.Add("x-standin-faults", faults);
        return base.SendAsync(request, cancellationToken);
    }
}
