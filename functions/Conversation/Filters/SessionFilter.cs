using System.Text.Json;
using Sessions.Engine;
using Test = System.Predicate<Sessions.Conversation.SeenSession>;

namespace Sessions.Conversation;

/// <summary>What a filter asks of sessions. docs/conversation.md says which field takes which.</summary>
internal sealed class SessionFilter
{
    private const string CreateTime = "createTime";

    private readonly Test? _fits;

    private SessionFilter(Test? fits, IReadOnlyList<Restriction> always)
    {
        _fits = fits;
        foreach (var bound in always.Where(each => ProtoNames.Camel(each.Path[0]) is CreateTime && !each.IsPresence))
        {
            var moment = Comparisons.MomentOf(bound);
            From = bound.Operator is "=" or ">" or ">=" && !(moment < From) ? moment : From;
            Until = bound.Operator is "=" or "<" or "<=" && !(moment > Until) ? moment : Until;
        }
    }

    /// <summary>What it asks for was created at this moment or later.</summary>
    public DateTimeOffset? From { get; }

    /// <summary>What it asks for was created at this moment or before.</summary>
    public DateTimeOffset? Until { get; }

    /// <summary>Reads a filter; null asks for everything.</summary>
    /// <exception cref="Http.RefusedException">It cannot be read, or asks for more than we take.</exception>
    public static SessionFilter Parse(string? filter)
    {
        if (filter is null)
        {
            return new(null, []);
        }

        var parser = new FilterParser<SeenSession>(filter, Of);
        return new(parser.Parse(), parser.Always);
    }

    /// <summary>Whether a session is what it asks for.</summary>
    public bool Matches(State<ConversationSession> session)
    {
        using var seen = new SeenSession(session);
        return _fits?.Invoke(seen) ?? true;
    }

    private static Test Of(Restriction asked) => ProtoNames.Camel(asked.Path[0]) switch
    {
        "options" => Options(asked),
        _ when asked.Path.Count > 1 => throw Comparisons.Refused("may go into options only, such as options.colour."),
        "name" => Of(Comparisons.Text(asked), seen => $"sessions/{seen.State.Id}"),
        "sessionId" => Of(Comparisons.Text(asked), seen => seen.State.Id),
        "uid" => Of(Comparisons.Text(asked), seen => seen.State.Body.Uid.ToString()),
        "displayName" => Of(Comparisons.Text(asked), seen => seen.Fields.DisplayName),
        "profile" => Of(Comparisons.Text(asked), seen => seen.Fields.Profile),
        "description" => Of(Comparisons.Text(asked), seen => seen.Fields.Description),
        "endReason" => Of(Comparisons.Text(asked), seen => seen.State.Lifetime.ClosedReason ?? ""),
        "state" => Of(Comparisons.Word(asked, IsActive, "ACTIVE or ENDED"), seen => seen.State.Lifetime.Open),
        "sessionType" => Of(
            Comparisons.Word(asked, TypeOf, "1 or PUBLIC, 2 or PRIVATE, 3 or TEMPORARY"),
            seen => seen.Fields.SessionType),
        "owners" => Of(Comparisons.List(asked, Users.IdOf), seen => IdsOf(seen.Fields.Owners)),
        "allowedUsers" => Of(Comparisons.List(asked, Users.IdOf), seen => IdsOf(seen.Fields.AllowedUsers)),
        "defaultChannels" => Of(Comparisons.List(asked, Comparisons.NumberOf), seen => seen.Fields.DefaultChannels),
        CreateTime => Of(Comparisons.Moment(asked), seen => seen.State.Lifetime.CreatedAt),
        "updateTime" => Of(Comparisons.Moment(asked), seen => seen.State.Lifetime.UpdatedAt),
        "endTime" => Of(Comparisons.Moment(asked), seen => seen.State.Lifetime.EndedAt),
        _ => throw Comparisons.Refused(
            "names a field that is not compared. Those are name, sessionId, uid, displayName, profile, description, "
            + "state, endReason, sessionType, owners, allowedUsers, defaultChannels, createTime, updateTime, endTime, "
            + "and options with what is in it."),
    };

    private static Test Of<T>(Predicate<T> fits, Func<SeenSession, T> of) => seen => fits(of(seen));

    // users/alice is alice, wherever it stands.
    private static IReadOnlyList<string> IdsOf(IReadOnlyList<string> names) => [.. names.Select(Users.IdOf)];

    private static bool? IsActive(string state) => state switch
    {
        SessionRules.Active => true,
        SessionRules.Ended => false,
        _ => null,
    };

    private static int? TypeOf(string value) => (SessionTypes.NumberOf(value) ?? Comparisons.NumberOf(value)) switch
    {
        < 0 or > SessionTypes.Temporary => null,
        var type => type,
    };

    // Names within options are the callers' own, and spelled as they are.
    private static Test Options(Restriction asked)
    {
        if (asked.Path.Count is 1 && asked.Operator is not ":")
        {
            throw Comparisons.Refused("may ask options by :, and what is in them by options.name.");
        }

        var fits = Comparisons.Json(asked);
        return seen =>
        {
            var at = seen.Options;
            foreach (var name in asked.Path.Skip(1))
            {
                if (at.ValueKind is not JsonValueKind.Object || !at.TryGetProperty(name, out at))
                {
                    return false;
                }
            }

            return fits(at);
        };
    }
}

/// <summary>A session while it is looked at: its options are read once, however often a filter asks for
/// them.</summary>
internal sealed class SeenSession(State<ConversationSession> state) : IDisposable
{
    private JsonDocument? _options;

    public State<ConversationSession> State => state;

    public SessionFields Fields => state.Body.Fields;

    public JsonElement Options => (_options ??= JsonDocument.Parse(Fields.Options)).RootElement;

    public void Dispose() => _options?.Dispose();
}
