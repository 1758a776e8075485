namespace Sessions.Http.OpenApi;

/// <summary>
/// What the attributes of a function do not tell of it. Its method, path and name come from those, its summary from
/// its comment.
/// </summary>
public sealed record Operation
{
    /// <summary>An operation with one success.</summary>
    public Operation(Reply reply) => Replies = [reply];

    /// <summary>An operation with several successes, or none when it only refuses.</summary>
    public Operation(params IReadOnlyList<Reply> replies) => Replies = replies;

    /// <summary>Its successes.</summary>
    public IReadOnlyList<Reply> Replies { get; init; }

    /// <summary>What it reads of the body, or null.</summary>
    public Body? Body { get; init; }

    /// <summary>Its query parameters.</summary>
    public IReadOnlyList<Field> Query { get; init; } = [];

    /// <summary>Its own headers.</summary>
    public IReadOnlyList<Field> Headers { get; init; } = [];

    /// <summary>Whether it is a create that an idempotency key makes repeatable.</summary>
    public bool Repeatable { get; init; }

    /// <summary>Whether it heeds If-Match.</summary>
    public bool Conditional { get; init; }

    /// <summary>What opens it, when that is not what opens the surface's others.</summary>
    public IReadOnlyList<Security>? Security { get; init; }

    /// <summary>Refusals that others of the surface do not have.</summary>
    public IReadOnlyList<RefusalKind> Refusals { get; init; } = [];

    /// <summary>The statuses of the surface's own errors.</summary>
    public IReadOnlyList<int> Errors { get; init; } = [];
}
