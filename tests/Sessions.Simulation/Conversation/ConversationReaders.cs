using Sessions.Simulation.Streams;

namespace Sessions.Simulation.Conversation;

/// <summary>Those who read what happens: each a session's stream, one all sessions of an account.</summary>
internal sealed class ConversationReaders
{
    private const string Root = "/v1/conversation";

    // Longer than a stream may last: Azure cuts it then.
    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(230);
    private static readonly TimeSpan _short = TimeSpan.FromSeconds(15);

    private readonly World _world;

    /// <summary>They begin to read.</summary>
    public ConversationReaders(World world)
    {
        (_world, Written) = (world, new(world));
        All =
        [
            Of("lobby", "backend"), Of("morning", "alice"), Of("other:lobby", "backend"), Of(null, "backend"),
        ];
        Readers = new(world, [.. All.Select(reader => reader.Client)]);
    }

    /// <summary>Them.</summary>
    public IReadOnlyList<ConversationReader> All { get; }

    /// <summary>How they read.</summary>
    public StreamReaders Readers { get; }

    /// <summary>What there was to read.</summary>
    public WrittenEvents Written { get; }

    /// <summary>
    /// They read on, now that nothing goes wrong any more: up to what there is, then while a session ends, and some
    /// until the server ends their streams.
    /// </summary>
    public async Task ReadUntilOver(Process process, SimulatedClock clock, Func<Task> end)
    {
        await Readers.CatchUp(process, clock);
        await Readers.ReadWhile(process, clock, _world.Scheduler.Happens(0.25) ? _longest : _short, end);
    }

    private ConversationReader Of(string? session, string user)
    {
        var path = session is null ? $"{Root}/events" : $"{Root}/sessions/{session.Split(':')[^1]}/events";
        return new(session, new(
            _world,
            $"reader of {session ?? "all"}",
            () => new("GET", path) { Authorization = secret => ConversationClients.Token(session, user, secret) })
        {
            // Whoever has read a session's end begins anew, with the next one of its id.
            IsEnd = told => session is not null
                && ConversationEvent.Of(told, AccountSettings.Id, session) is { IsEnd: true },
        });
    }
}

/// <summary>Who reads a session's stream, or that of all sessions of the account.</summary>
/// <param name="Session">Which session; null for all.</param>
/// <param name="Client">What it reads with.</param>
internal sealed record ConversationReader(string? Session, StreamClient Client);
