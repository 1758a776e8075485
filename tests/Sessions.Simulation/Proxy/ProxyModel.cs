using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace Sessions.Simulation.Proxy;

/// <summary>A pair that only one open session may have.</summary>
internal sealed record Pair(string Identifier, string ProxyIdentifier)
{
    public override string ToString() => $"{Identifier}/{ProxyIdentifier}";
}

/// <summary>What is asked of a Proxy service.</summary>
internal abstract record ProxyCall
{
    /// <summary>Creates a session, under a key.</summary>
    public sealed record Create(string? Name, ImmutableArray<Pair> Pairs, int? Ttl) : ProxyCall
    {
        public override string ToString() => $"create {Name ?? "-"} [{string.Join(' ', Pairs)}] ttl {Ttl}";
    }

    /// <summary>Fetches one.</summary>
    public sealed record Fetch(string Session) : ProxyCall;

    /// <summary>Fetches its participants.</summary>
    public sealed record FetchParticipants(string Session) : ProxyCall;

    /// <summary>Closes one.</summary>
    public sealed record Close(string Session) : ProxyCall;

    /// <summary>Opens one again.</summary>
    public sealed record Reopen(string Session) : ProxyCall;

    /// <summary>Deletes one.</summary>
    public sealed record Delete(string Session) : ProxyCall;

    /// <summary>Adds a participant, under a key.</summary>
    public sealed record Join(string Session, Pair Pair) : ProxyCall;

    /// <summary>Writes to a participant, under a key.</summary>
    public sealed record Write(string Session, string Participant) : ProxyCall;

    /// <summary>Removes a participant.</summary>
    public sealed record Leave(string Session, string Participant) : ProxyCall;
}

/// <summary>A session of the model.</summary>
/// <param name="Name">Its unique name, or null.</param>
/// <param name="Open">Whether it was left open.</param>
/// <param name="Ttl">Its seconds to live, or null.</param>
/// <param name="Early">The earliest moment from which it may be seen expired, by whatever clock.</param>
/// <param name="Late">The latest moment at which it may still be seen open.</param>
/// <param name="Present">Who is in it, by the SIDs of participants.</param>
/// <param name="Gone">Whose identifiers were removed from it.</param>
internal sealed record ModelSession(
    string? Name,
    bool Open,
    int? Ttl,
    TimeSpan Early,
    TimeSpan Late,
    ImmutableSortedDictionary<string, Pair> Present,
    ImmutableSortedSet<string> Gone)
{
    public override string ToString() =>
        $"{Name}:{(Open ? "open" : "closed")}:{Early.Ticks}:{string.Join(',', Gone)}:"
        + string.Join(',', Present.Select(one => $"{one.Key}={one.Value}"));
}

/// <summary>A service of the model: its sessions. Two that look alike are equal.</summary>
internal sealed record ModelService(ImmutableSortedDictionary<string, ModelSession> Sessions)
{
    private string? _text;

    public bool Equals(ModelService? other) => other is not null && ToString() == other.ToString();

    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);

    public override string ToString() =>
        _text ??= string.Join(' ', Sessions.Select(session => $"{session.Key}={session.Value}"));

    public ModelService With(string sid, ModelSession session) => new(Sessions.SetItem(sid, session));
}

/// <summary>
/// What Twilio Proxy may answer: a name is one session's, a pair is one open session's, and a session is closed from
/// the moment on that its time runs out.
/// </summary>
/// <param name="skew">How far the clocks of instances may be from the true time, either way.</param>
internal sealed class ProxyModel(TimeSpan skew) : IModel<ModelService, ProxyCall>
{
    private static readonly StringComparer _order = StringComparer.Ordinal;

    /// <inheritdoc/>
    public ModelService Start { get; } = new(ImmutableSortedDictionary.Create<string, ModelSession>(_order));

    /// <inheritdoc/>
    public IEnumerable<ModelService> After(ModelService before, Operation<ProxyCall> operation)
    {
        var session = SessionOf(operation.Call) is { } sid ? before.Sessions.GetValueOrDefault(sid) : null;
        return (operation.Call, operation.Answer.Status) switch
        {
            (_, 400 or 409) => Refused(before, session, operation) ? [before] : [],
            (ProxyCall.Create call, 201) => Created(before, call, operation),
            (ProxyCall.Leave call, 404) => session?.Present.ContainsKey(call.Participant) is true ? [] : [before],
            (ProxyCall.Write call, 404) when session?.Present.ContainsKey(call.Participant) is false => [before],
            (_, 404) => session is null || IsPerhapsOwnDoing(operation) ? [before] : [],
            _ when session is null => [],
            (ProxyCall.Fetch, 200) => IsAs(session, operation) ? [before] : [],
            (ProxyCall.FetchParticipants, 200) => HasPresent(session, operation.Answer) ? [before] : [],
            (ProxyCall.Close call, 200 or 0) when MayBeOpen(session, operation) =>
                [before.With(call.Session, session with { Open = false })],
            (ProxyCall.Reopen call, 200 or 0) when MayBeClosed(session, operation)
                && !IsAnyTaken(before, call.Session, session.Present.Values, operation, definitely: true) =>
                [before.With(call.Session, Living(session, operation))],
            (ProxyCall.Delete call, 204 or 0) => [new(before.Sessions.Remove(call.Session))],
            (ProxyCall.Join call, 201) when MayBeOpen(session, operation) =>
                Joined(before, call, session, operation.Answer.Text("sid"), operation),
            (ProxyCall.Write call, 201) when session.Present.ContainsKey(call.Participant)
                && MayBeOpen(session, operation) => [before.With(call.Session, Living(session, operation))],
            (ProxyCall.Leave call, 204 or 0) when session.Present.TryGetValue(call.Participant, out var left) =>
                [before.With(call.Session, session with
                {
                    Present = session.Present.Remove(call.Participant),
                    Gone = session.Gone.Add(left.Identifier),
                })],
            _ => [],
        };
    }

    private IEnumerable<ModelService> Created(
        ModelService before, ProxyCall.Create call, Operation<ProxyCall> operation)
    {
        var isNameTaken = call.Name is not null && before.Sessions.Values.Any(other => other.Name == call.Name);
        if (isNameTaken || IsAnyTaken(before, null, call.Pairs, operation, definitely: true))
        {
            return [];
        }

        // Whose SIDs they are is told by a later fetch; until then any name will do.
        var sid = operation.Answer.Text("sid");
        var present = call.Pairs.ToImmutableSortedDictionary(pair => $"{sid}+{pair.Identifier}", pair => pair, _order);
        var made = new ModelSession(
            call.Name, true, call.Ttl, default, default, present, ImmutableSortedSet.Create<string>(_order));
        return [before.With(sid, Living(made, operation))];
    }

    private IEnumerable<ModelService> Joined(
        ModelService before, ProxyCall.Join call, ModelSession session, string sid, Operation<ProxyCall> operation) =>
        session.Present.Count < 2
        && session.Present.Values.All(other => other.Identifier != call.Pair.Identifier)
        && !session.Gone.Contains(call.Pair.Identifier)
        && !IsAnyTaken(before, call.Session, [call.Pair], operation, definitely: true)
            ? [before.With(call.Session, session with { Present = session.Present.Add(sid, call.Pair) })]
            : [];

    // Only for what is so.
    private bool Refused(ModelService before, ModelSession? session, Operation<ProxyCall> operation)
    {
        var code = int.Parse(operation.Answer.Text("code"), CultureInfo.InvariantCulture);
        return (operation.Call, code) switch
        {
            (ProxyCall.Create call, 80603) => before.Sessions.Values.Any(other => other.Name == call.Name),
            (ProxyCall.Create call, 80604 or 80623) => IsAnyTaken(before, null, call.Pairs, operation, false),
            _ when session is null => false,
            (ProxyCall.Join call, 80604 or 80623) => IsAnyTaken(before, call.Session, [call.Pair], operation, false),
            (ProxyCall.Reopen call, 80604 or 80623) =>
                IsAnyTaken(before, call.Session, session.Present.Values, operation, false),
            (ProxyCall.Write call, 80614) => !session.Present.ContainsKey(call.Participant),
            (ProxyCall.Close or ProxyCall.Join or ProxyCall.Write, 80607) => MayBeClosed(session, operation),
            (ProxyCall.Reopen, 80608) => MayBeOpen(session, operation),
            (ProxyCall.Join call, 80103) =>
                session.Present.Values.Any(other => other.Identifier == call.Pair.Identifier),
            (ProxyCall.Join, 80609) => session.Present.Count >= 2,
            (ProxyCall.Join call, 80612) => session.Gone.Contains(call.Pair.Identifier),
            (ProxyCall.Leave call, 80612) => !session.Present.ContainsKey(call.Participant),
            _ => false,
        };
    }

    private bool IsAnyTaken(
        ModelService service,
        string? own,
        IEnumerable<Pair> pairs,
        Operation<ProxyCall> operation,
        bool definitely) => service.Sessions.Any(other => other.Key != own
        && (definitely ? !MayBeClosed(other.Value, operation) : MayBeOpen(other.Value, operation))
        && pairs.Intersect(other.Value.Present.Values).Any());

    private bool IsAs(ModelSession session, Operation<ProxyCall> operation)
    {
        using var told = JsonDocument.Parse(operation.Answer.Body);
        var isClosed = told.RootElement.GetProperty("status").GetString() == "closed";
        return told.RootElement.GetProperty("unique_name").GetString() == session.Name
            && (isClosed ? MayBeClosed(session, operation) : MayBeOpen(session, operation));
    }

    private static bool HasPresent(ModelSession session, Answered answer)
    {
        using var told = JsonDocument.Parse(answer.Body);
        return told.RootElement.GetProperty("participants").EnumerateArray()
            .Where(one => one.GetProperty("date_deleted").ValueKind is JsonValueKind.Null)
            .Select(one => new Pair(
                one.GetProperty("identifier").GetString()!, one.GetProperty("proxy_identifier").GetString()!))
            .ToHashSet().SetEquals(session.Present.Values);
    }

    private bool MayBeOpen(ModelSession session, Operation<ProxyCall> operation) =>
        session.Open && (session.Ttl is null || operation.From < session.Late);

    private bool MayBeClosed(ModelSession session, Operation<ProxyCall> operation) =>
        !session.Open || (session.Ttl is not null && (operation.Until ?? TimeSpan.MaxValue) >= session.Early);

    // It lives from some moment of the operation on, by a clock that may be wrong, and ends by another.
    private ModelSession Living(ModelSession session, Operation<ProxyCall> operation) => session with
    {
        Open = true,
        Early = session.Ttl is { } least ? operation.From + TimeSpan.FromSeconds(least) - (2 * skew) : default,
        Late = session.Ttl is { } most && operation.Until is { } until
            ? until + TimeSpan.FromSeconds(most) + (2 * skew)
            : TimeSpan.MaxValue,
    };

    private static bool IsPerhapsOwnDoing(Operation<ProxyCall> operation) => operation.Tries > 1;

    private static string? SessionOf(ProxyCall call) => call switch
    {
        ProxyCall.Fetch(var sid) => sid,
        ProxyCall.FetchParticipants(var sid) => sid,
        ProxyCall.Close(var sid) => sid,
        ProxyCall.Reopen(var sid) => sid,
        ProxyCall.Delete(var sid) => sid,
        ProxyCall.Join(var sid, _) => sid,
        ProxyCall.Write(var sid, _) => sid,
        ProxyCall.Leave(var sid, _) => sid,
        _ => null,
    };
}
