using Sessions.Outbox;

namespace Sessions.Operator;

/// <summary>Something that a target outside is told, and how that went; nothing of what it says.</summary>
/// <param name="Id">What this API calls it.</param>
/// <param name="WebhookId">What its target knows it by: the header <c>Webhook-Id</c>.</param>
/// <param name="Account">Whose it is.</param>
/// <param name="Session">The session that it tells of; null when it is of none.</param>
/// <param name="Surface">The API that it is of.</param>
/// <param name="Kind">What sends it.</param>
/// <param name="Target">Where to, without query and credentials.</param>
/// <param name="State">waiting, delivered or failed.</param>
/// <param name="At">When it happened.</param>
/// <param name="Attempts">The last attempts, the oldest first.</param>
/// <param name="NextAttemptAt">When it is tried next at the earliest; null when it waits no more.</param>
/// <param name="KeptUntil">When it is forgotten; null while it waits.</param>
internal sealed record EventView(
    string Id,
    string WebhookId,
    string Account,
    string? Session,
    string Surface,
    string Kind,
    string Target,
    string State,
    DateTimeOffset At,
    IReadOnlyList<AttemptView> Attempts,
    DateTimeOffset? NextAttemptAt,
    DateTimeOffset? KeptUntil)
{
    public const string Waiting = "waiting";
    public const string Delivered = "delivered";
    public const string Failed = "failed";

    public static string[] States { get; } = [Waiting, Delivered, Failed];

    public static EventView Of(StoredEvent stored, string surface)
    {
        var (document, told) = stored;
        return new(
            Id: SessionName.Of(document).ToString(),
            WebhookId: told.Id,
            Account: told.Account,
            Session: told.Session,
            Surface: surface,
            Kind: told.Sender,
            Target: TargetOf(told),
            State: StateOf(OutboxDocuments.StateOf(document)),
            At: told.At,
            Attempts: [.. (told.Made ?? []).Select(made => new AttemptView(
                made.At, made.Status, made.Failure, made.Milliseconds))],
            NextAttemptAt: document.DueAt,
            KeptUntil: document.PurgeAt);
    }

    /// <summary>The address without what may open it.</summary>
    public static string TargetOf(OutboxEvent told) => told.Target.GetComponents(
        UriComponents.Scheme | UriComponents.Host | UriComponents.Port | UriComponents.Path, UriFormat.UriEscaped);

    public static EventState StateOf(string word) => word switch
    {
        Delivered => EventState.Delivered,
        Failed => EventState.Failed,
        _ => EventState.Waiting,
    };

    private static string StateOf(EventState state) => state switch
    {
        EventState.Delivered => Delivered,
        EventState.Failed => Failed,
        _ => Waiting,
    };
}

/// <summary>One attempt to tell it.</summary>
/// <param name="At">When it began.</param>
/// <param name="Status">The HTTP status of the answer; null when there was none.</param>
/// <param name="Failure">Why there was none, in a word; null when there was one.</param>
/// <param name="Milliseconds">How long it took.</param>
internal sealed record AttemptView(DateTimeOffset At, int? Status, string? Failure, long Milliseconds);

/// <summary>A page of events, newest first.</summary>
/// <param name="Events">The events; fewer than asked for, or none, when many had to be passed over.</param>
/// <param name="Next">What to send as <c>cursor</c> for the next page; null on the last.</param>
internal sealed record EventPage(IReadOnlyList<EventView> Events, string? Next);
