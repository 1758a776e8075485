using Sessions.Http.Bodies;

namespace Sessions.TwilioProxy;

/// <summary>The parameters of a Session create.</summary>
internal sealed record NewSession(
    string? UniqueName,
    DateTimeOffset? DateExpiry,
    int? Ttl,
    string Mode,
    string Status,
    IReadOnlyList<NewParticipant> Participants)
{
    private const int MaxUniqueName = 191;

    public static NewSession Read(Form form)
    {
        var parameters = new ProxyParameters(form);
        _ = parameters.Flag("FailOnParticipantConflict");
        return new(
            parameters.Text("UniqueName", MaxUniqueName) is { Length: > 0 } name ? name : null,
            parameters.Date("DateExpiry"),
            parameters.Seconds("Ttl"),
            parameters.Word("Mode", SessionMode.All) ?? SessionMode.VoiceAndMessage,
            parameters.Word("Status", SessionStatus.All) ?? SessionStatus.Open,
            [.. parameters.All("Participants").Select(ParticipantParameters.Parse)]);
    }
}

/// <summary>The parameters of a Session update; null is what it does not name.</summary>
internal sealed record SessionUpdate(DateTimeOffset? DateExpiry, int? Ttl, string? Status)
{
    public static SessionUpdate Read(Form form)
    {
        var parameters = new ProxyParameters(form);
        _ = parameters.Flag("FailOnParticipantConflict");
        var status = parameters.Word("Status", SessionStatus.All);
        return new(parameters.Date("DateExpiry"), parameters.Seconds("Ttl"), status);
    }
}
