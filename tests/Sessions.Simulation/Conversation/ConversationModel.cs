using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace Sessions.Simulation.Conversation;

/// <summary>What is asked of conversations.</summary>
internal abstract record ConversationCall(string Session)
{
    /// <summary>Creates a session of this id, under a key.</summary>
    public sealed record Create(string Session, string Title) : ConversationCall(Session);

    /// <summary>Fetches it.</summary>
    public sealed record Get(string Session) : ConversationCall(Session);

    /// <summary>Gives it another title, under a key; when an etag is given, only that version.</summary>
    public sealed record Rename(string Session, string Title, string? Etag) : ConversationCall(Session);

    /// <summary>Deletes it, under a key.</summary>
    public sealed record Delete(string Session) : ConversationCall(Session);

    /// <summary>A user joins, under a key.</summary>
    public sealed record Join(string Session, string User) : ConversationCall(Session);

    /// <summary>A user leaves, under a key.</summary>
    public sealed record Leave(string Session, string User) : ConversationCall(Session);

    /// <summary>A user says something, under a key.</summary>
    public sealed record Publish(string Session, string User, string Text) : ConversationCall(Session);

    /// <summary>Reads all that was said.</summary>
    public sealed record Read(string Session) : ConversationCall(Session);

    /// <summary>Lists who has joined.</summary>
    public sealed record Members(string Session) : ConversationCall(Session);
}

/// <summary>A session of the model.</summary>
/// <param name="Title">Its title.</param>
/// <param name="Etag">Its version; null when it is not known here.</param>
/// <param name="Users">Who has joined.</param>
/// <param name="Said">What was said, in its order, each with its number, or 0 where that is not known here.</param>
internal sealed record ModelConversation(
    string Title, string? Etag, ImmutableSortedSet<string> Users, ImmutableList<(int Number, string Text)> Said)
{
    public override string ToString() => $"{Title}/{Etag}/{string.Join(',', Users)}/{string.Join(',', Said)}";
}

/// <summary>An account's sessions. Two that look alike are equal.</summary>
internal sealed record ModelConversations(ImmutableSortedDictionary<string, ModelConversation> Sessions)
{
    private string? _text;

    public bool Equals(ModelConversations? other) => other is not null && ToString() == other.ToString();

    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);

    public override string ToString() => _text ??= string.Join(' ', Sessions);

    public ModelConversations With(string id, ModelConversation session) => new(Sessions.SetItem(id, session));
}

/// <summary>
/// What conversations may answer: an id is one session's while it is there, a version is changed only by who has seen
/// it, whoever has joined is there until he leaves, and what was said stays in one order, with rising numbers.
/// </summary>
/// <param name="history">All that was done: a session that is being deleted has ended already.</param>
internal sealed class ConversationModel(IReadOnlyList<Operation<ConversationCall>> history)
    : IModel<ModelConversations, ConversationCall>
{
    private static readonly StringComparer _order = StringComparer.Ordinal;

    // For so long history may not see that a session was deleted in another process: docs/conversation.md.
    private static readonly TimeSpan _unseen = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    public ModelConversations Start { get; } =
        new(ImmutableSortedDictionary.Create<string, ModelConversation>(_order));

    /// <inheritdoc/>
    public IEnumerable<ModelConversations> After(ModelConversations before, Operation<ConversationCall> operation)
    {
        var (call, answer) = (operation.Call, operation.Answer);
        var session = before.Sessions.GetValueOrDefault(call.Session);
        return (call, answer.Status) switch
        {
            (ConversationCall.Create create, 200) when session is null =>
            [
                before.With(call.Session, new(
                    create.Title, answer.Text("etag"), ImmutableSortedSet.Create<string>(_order), [])),
            ],
            (ConversationCall.Create, 409) when session is not null => [before],

            // Whoever asked again after it was done, and deleted by others, is told that it is gone.
            (ConversationCall.Publish publish, 404) when operation.Tries > 1 && session is not null =>
                [before.With(call.Session, Say(session, publish, 0))],
            (ConversationCall.Read, 200) when IsBeingDeleted(operation, _unseen) => [before],
            (_, 404) when session is null || operation.Tries > 1 => [before],
            (_, 400) when IsBeingDeleted(operation, default) && answer.Text("status") == "FAILED_PRECONDITION" =>
                [before],

            // Of two who delete at once, each may find that it was he.
            (ConversationCall.Delete, 200) when session is null && IsBeingDeleted(operation, default) => [before],
            _ when session is null => [],
            (ConversationCall.Get, 200) when answer.Text("displayName") == session.Title
                && (session.Etag is null || answer.Text("etag") == session.Etag) => [before],
            (ConversationCall.Rename rename, 200) when rename.Etag is null || rename.Etag == session.Etag =>
                [before.With(call.Session, session with { Title = rename.Title, Etag = answer.Text("etag") })],
            (ConversationCall.Rename rename, 409) when rename.Etag is not null && rename.Etag != session.Etag =>
                [before],
            (ConversationCall.Delete, 200) => [new(before.Sessions.Remove(call.Session))],
            (ConversationCall.Rename rename, 0) when (rename.Etag ?? session.Etag) == (session.Etag ?? rename.Etag) =>
                [before.With(call.Session, session with { Title = rename.Title, Etag = null })],
            (ConversationCall.Join join, 200 or 0) =>
                [before.With(call.Session, session with { Users = session.Users.Add(join.User) })],
            (ConversationCall.Leave leave, 200 or 0) =>
                [before.With(call.Session, session with { Users = session.Users.Remove(leave.User) })],
            (ConversationCall.Members, 200) when session.Users.SetEquals(UsersOf(answer)) => [before],
            (ConversationCall.Read, 200) when IsSaid(session, answer) => [before],
            (ConversationCall.Publish publish, 0) => [before.With(call.Session, Say(session, publish, 0))],
            (ConversationCall.Publish publish, 200) => Said(before, session, publish, answer),
            _ => [],
        };
    }

    /// <summary>
    /// What was done, and what may have been done beside it. A publish is repeated in a session that is still there, so
    /// one that is asked again after a delete is said in the next session of this id. Other changes may have been made
    /// though whoever asked again, after a delete, is told that it is gone.
    /// </summary>
    public IReadOnlyList<Operation<ConversationCall>> WithRepeats() =>
    [
        .. history,
        .. history
            .Where(one => one.Tries > 1 && IsBeingDeleted(one, default) && MayHaveBeenDoneBefore(one))
            .Select(one => one with { Until = null, Answer = Answered.Nothing }),
    ];

    private static bool MayHaveBeenDoneBefore(Operation<ConversationCall> operation) => operation.Call switch
    {
        ConversationCall.Publish => true,
        ConversationCall.Join or ConversationCall.Leave or ConversationCall.Rename => operation.Answer.Status == 404,
        _ => false,
    };

    private bool IsBeingDeleted(Operation<ConversationCall> operation, TimeSpan afterwards) => history.Any(other =>
        other.Call is ConversationCall.Delete && other.Call.Session == operation.Call.Session
        && !ReferenceEquals(other, operation)
        && other.From < operation.Until && !(other.Until + afterwards < operation.From));

    private static IEnumerable<ModelConversations> Said(
        ModelConversations before, ModelConversation session, ConversationCall.Publish publish, Answered answer)
    {
        var number = int.Parse(answer.Text("acknowledgment", "sequence"), CultureInfo.InvariantCulture);
        return session.Said.All(earlier => earlier.Number < number)
            ? [before.With(publish.Session, Say(session, publish, number))]
            : [];
    }

    private static ModelConversation Say(ModelConversation session, ConversationCall.Publish publish, int number) =>
        session with { Said = session.Said.Add((number, publish.Text)) };

    private static bool IsSaid(ModelConversation session, Answered answer)
    {
        using var told = JsonDocument.Parse(answer.Body);
        var read = told.RootElement.GetProperty("messages").EnumerateArray()
            .Select(one => (
                Number: one.GetProperty("event").GetProperty("sequence").GetInt32(),
                Text: one.GetProperty("message").GetProperty("text").GetString()!))
            .ToList();
        return read.Count == session.Said.Count
            && read.Zip(session.Said).All(pair =>
                pair.First.Text == pair.Second.Text && pair.Second.Number is var number
                && (number == 0 || number == pair.First.Number));
    }

    private static IEnumerable<string> UsersOf(Answered answer)
    {
        using var told = JsonDocument.Parse(answer.Body);
        return
        [
            .. told.RootElement.GetProperty("members").EnumerateArray()
                .Select(one => one.GetProperty("name").GetString()!.Split('/')[^1]),
        ];
    }
}
