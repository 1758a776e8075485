using Sessions.Simulation.Streams;

namespace Sessions.Simulation.Conversation;

/// <summary>
/// What streams may tell: of a session everything behind the place that was asked for, in its order, each once, and
/// nothing else; the same of all sessions of an account; and each ends in time, with its last word.
/// </summary>
internal sealed class ConversationStreams(
    ConversationReaders readers, IReadOnlyList<Operation<ConversationCall>> history)
{
    // Azure cuts a stream after 230 seconds.
    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(230);

    // A sign that it is still there comes every 45 seconds.
    private static readonly TimeSpan _longestSilence = TimeSpan.FromSeconds(48);

    // How soon a stream that nothing keeps up tells what was written, and ends behind an end.
    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(4);

    /// <summary>What is wrong; null when nothing is.</summary>
    public string? Explain() =>
        Unsaid()
        ?? readers.All.Where(reader => reader.Session is not null)
            .Select(reader => OfSession(reader))
            .FirstOrDefault(wrong => wrong is not null)
        ?? readers.All.Where(reader => reader.Session is null)
            .Select(OfAccount)
            .FirstOrDefault(wrong => wrong is not null)
        ?? readers.Readers.Runs.Select(run => InTime(run, Rest)).FirstOrDefault(wrong => wrong is not null);

    private TimeSpan Rest => readers.Readers.Rest;

    // What is written and so may be told was said by somebody, as often as he says.
    private string? Unsaid()
    {
        var said = history.Where(one => one.Call is ConversationCall.Publish).ToLookup(one => (
            one.Call.Session, ((ConversationCall.Publish)one.Call).Text));
        var unsaid =
            from events in readers.Written.All
            from written in events
            let told = written.Event
            where told.Text is not null && !said[(told.Session, told.Text)].Any(one =>
                one.Answer.Status is not 200 || one.Tries > 1
                || one.Answer.Text("acknowledgment", "sequence") == $"{told.Sequence}")
            select $"{told} was written, and nobody has said it.";
        return unsaid.FirstOrDefault();
    }

    private string? OfSession(ConversationReader reader)
    {
        var sessions = readers.Written.Of(reader.Session!).ToList();
        foreach (var run in reader.Client.Runs.Where(run => run.Status is 200))
        {
            var after = run.After is null ? 0 : int.Parse(run.After, System.Globalization.CultureInfo.InvariantCulture);
            var told = run.Events
                .Select(one => ConversationEvent.Of(one, AccountSettings.Id, reader.Session))
                .OfType<ConversationEvent>()
                .ToList();
            var wrong = OutOfOrder(told, after)
                ?? (sessions.Any(session => told.All(one => session.Any(written => written.Event == one)))
                    || told.Count == 0 ? null : "it tells what did not happen")
                ?? Unending(run, told, isSteady: run.From > Rest)
                ?? (run.From > Rest ? Untold(run, sessions, after + told.Count) : null);
            if (wrong is not null)
            {
                return $"Of {run}: {wrong}.";
            }
        }

        return null;
    }

    private static string? OutOfOrder(List<ConversationEvent> told, int after) =>
        told.Select(one => one.Sequence).SequenceEqual(Enumerable.Range(after + 1, told.Count))
            ? null
            : "it leaves something out, or tells it twice";

    private static string? Unending(StreamRun run, List<ConversationEvent> told, bool isSteady)
    {
        var end = told.FindIndex(one => one.IsEnd);
        if (end >= 0 && end < told.Count - 1)
        {
            return "something comes after the end";
        }

        if (end >= 0)
        {
            return run.Events[^1].Id == $"{told[end].Sequence}"
                && (!isSteady || (run.End is not StreamEnd.Left && run.Until - run.Events[^1].At < _soon))
                ? null
                : "it goes on after the end";
        }

        return run.End is not StreamEnd.Whole
            || (run.Events is [.., var last] && ConversationEvent.OwnWord(last) is "RESUME"
                && last.Id == $"{(told is [.., var before] ? before.Sequence : last.Id)}")
            ? null
            : "it ends without a last word";
    }

    // When all is well, what was written a while ago is told, wherever the reader goes on.
    private static string? Untold(
        StreamRun run, IEnumerable<IReadOnlyList<WrittenEvent>> sessions, int last)
    {
        var now = sessions.LastOrDefault(session => !session.Any(one => one.Event.IsEnd && one.At < run.From));
        return now?.FirstOrDefault(one => one.Event.Sequence > last && one.At + _soon < run.Until) is { } untold
            ? $"it does not tell {untold}"
            : null;
    }

    private string? OfAccount(ConversationReader reader)
    {
        var sessions = readers.Written.All
            .Where(session => session[0].Event.Session.Contains(':', StringComparison.Ordinal) is false)
            .ToList();
        var told = reader.Client.Runs.Where(run => run.Status is 200)
            .SelectMany(run => run.Events)
            .Select(one => ConversationEvent.Of(one, AccountSettings.Id, null))
            .OfType<ConversationEvent>()
            .ToList();
        if (told.FirstOrDefault(one => !sessions.Any(session => session.Any(written => written.Event == one)))
            is { } unknown)
        {
            return $"The {reader.Client.Name} was told {unknown}, which did not happen.";
        }

        var begun = reader.Client.Runs.SelectMany(run => run.Events).FirstOrDefault()?.At;
        var end = reader.Client.Runs[^1].Until;
        foreach (var session in sessions)
        {
            var of = told.Where(one => session.Any(written => written.Event == one))
                .Select(one => one.Sequence)
                .ToList();
            var isDeleted = session.Any(one => one.Event is { IsEnd: true });
            if (of.Zip(of.Skip(1)).Any(pair => pair.Second != pair.First + 1
                && !(isDeleted && pair.Second > pair.First && pair.Second == session[^1].Event.Sequence)))
            {
                return $"The {reader.Client.Name} was told of {session[0].Event.Session}: {string.Join(',', of)}.";
            }

            // Of a session that was deleted while nobody read there is nothing to tell any more, or its end alone.
            if (!isDeleted
                && session.FirstOrDefault(one => one.At > begun && one.At + _soon < end
                    && !of.Contains(one.Event.Sequence)) is { } untold)
            {
                return $"The {reader.Client.Name} was not told {untold}.";
            }
        }

        return null;
    }

    private static string? InTime(StreamRun run, TimeSpan rest) =>
        run.Until - run.From > _longest && run.End is not StreamEnd.Broken && run.From > rest
            ? $"{run} lasts too long."
            : run.From > rest && run.Status is 200 && run.Silence > _longestSilence
            ? $"{run} says nothing for {run.Silence}."
            : null;
}
