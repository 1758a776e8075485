using Sessions.Http.Accounts;

namespace Sessions.TwilioProxy;

/// <summary>What the application is told of the last Session of a contact.</summary>
internal static class PreviousSession
{
    /// <summary>The fields; none when there was no Session.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Fields(
        Account account, string serviceSid, Whereabout? last)
    {
        if (last is null)
        {
            return [];
        }

        var (document, session) = (last.Session.Document, last.Session.Body);
        return
        [
            .. Of("inbound", last.Participant, account, serviceSid, document.Id),
            .. last.Partner is { } partner ? Of("outbound", partner, account, serviceSid, document.Id) : [],
            new("sessionAccountSid", account.Sid),
            new("sessionClosedReason", document.Lifetime.ClosedReason ?? ""),
            new("sessionDateCreated", InteractionCallbacks.Date(document.Lifetime.CreatedAt)),
            .. document.Lifetime.EndedAt is { } end ? Single("sessionDateEnded", InteractionCallbacks.Date(end)) : [],
            new("sessionDateUpdated", InteractionCallbacks.Date(document.Lifetime.UpdatedAt)),
            new("sessionMode", session.Mode),
            new("sessionServiceSid", serviceSid),
            new("sessionSid", document.Id),
            new("sessionStatus", document.Lifetime.Status),
            .. session.UniqueName is { } name ? Single("sessionUniqueName", name) : [],
        ];
    }

    private static IEnumerable<KeyValuePair<string, string>> Of(
        string side, Participant participant, Account account, string serviceSid, string sessionSid) =>
    [
        new($"{side}ParticipantAccountSid", account.Sid),
        new($"{side}ParticipantDateCreated", InteractionCallbacks.Date(participant.CreatedAt)),
        new($"{side}ParticipantDateUpdated", InteractionCallbacks.Date(participant.UpdatedAt)),
        new($"{side}ParticipantFriendlyName", participant.FriendlyName ?? ""),
        new($"{side}ParticipantIdentifier", participant.Identifier),
        new($"{side}ParticipantProxyIdentifier", participant.ProxyIdentifier),
        new($"{side}ParticipantProxyIdentifierSid", participant.ProxyIdentifierSid ?? ""),
        new($"{side}ParticipantServiceSid", serviceSid),
        new($"{side}ParticipantSessionSid", sessionSid),
        new($"{side}ParticipantSid", participant.Sid),
    ];

    private static KeyValuePair<string, string>[] Single(string name, string value) => [new(name, value)];
}
