using System.Text.Json;
using Sessions.Engine;
using Sessions.Http;
using Sessions.Lifecycle;
using Sessions.Storage;

namespace Sessions.TwilioProxy;

/// <summary>
/// Brings single things: what is not here is made, what is as it was when it came follows the source, and what was
/// changed here since is left, since whoever changed it knows better than the past. Pure but for the reading and
/// writing of the engine, so it may be asked again and again.
/// </summary>
internal sealed class Arrivals(
    IDocumentStore store, Reader reader, Changes changes, ImportReport report, TimeProvider time, bool dryRun)
{
    private const int MostTries = 20;
    private static readonly TimeSpan _pause = TimeSpan.FromSeconds(1);

    /// <summary>Brings one thing.</summary>
    /// <param name="arrival">The thing.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>Whether it is here now; in a dry run, whether it would be.</returns>
    public async ValueTask<bool> Bring<T>(Arrival<T> arrival, CancellationToken cancellation)
        where T : class
    {
        var outcome = await OutcomeOf(arrival, cancellation);
        if (arrival.What is { } what)
        {
            report.Found(what);
            report.Became(outcome);
        }

        return outcome is not Brought.Refused;
    }

    private async ValueTask<Brought> OutcomeOf<T>(Arrival<T> arrival, CancellationToken cancellation)
        where T : class
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return dryRun ? await Compare(arrival, cancellation) : await Write(arrival, cancellation);
            }
            catch (RefusedException refusal)
            {
                var error = ProxyErrors.Of(refusal.Refusal);
                report.Differs($"{arrival.Name}: at the source, not here: {error.Code}, {error.Message}");
                return Brought.Refused;
            }
            catch (StoreFaultException fault) when (tries < MostTries)
            {
                // A store that others need as well is busy at times, and an import can wait.
                await Task.Delay(fault.RetryAfter ?? _pause, time, cancellation);
            }
        }
    }

    private async ValueTask<Brought> Compare<T>(Arrival<T> arrival, CancellationToken cancellation)
        where T : class
    {
        var (wanted, now) = (arrival.Wanted, time.GetUtcNow());
        var here = await reader.Find(wanted.Kind, wanted.Partition, wanted.Id, now, cancellation);
        await (arrival.Check?.Invoke(here, now) ?? default);
        var judged = Judge(here, arrival);
        if (judged.Next is { } next && await HolderOf(next.Seal(now), cancellation) is { } holder)
        {
            report.Differs($"{arrival.Name}: at the source, not here: {holder} has its name or number");
            return Brought.Refused;
        }

        if (arrival.What is not null && judged.Outcome is not Brought.Same and not Brought.Left)
        {
            report.Differs(judged.Outcome is Brought.Made
                ? $"{arrival.Name}: at the source, not here"
                : $"{arrival.Name}: {string.Join(", ", judged.Fields)}");
        }

        return Told(arrival, judged);
    }

    private async ValueTask<string?> HolderOf(Document wanted, CancellationToken cancellation) =>
        wanted.Key is { } key
        && (await store.ReadByKey(wanted.Partition, key, cancellation)).OrNull() is { } holder
        && holder.Id != wanted.Id
            ? holder.Id
            : null;

    private async ValueTask<Brought> Write<T>(Arrival<T> arrival, CancellationToken cancellation)
        where T : class
    {
        var wanted = arrival.Wanted;
        var judged = default(Judged<T>);
        var subject = new Subject<State<T>?, T>(wanted.Kind, wanted.Partition, async now =>
        {
            var here = await reader.Find(wanted.Kind, wanted.Partition, wanted.Id, now, cancellation);
            await (arrival.Check?.Invoke(here, now) ?? default);
            return here;
        })
        {
            Lane = wanted.Id,
            Taken = arrival.Taken,
        };
        await changes.Change(new Command(time.GetUtcNow(), cancellation), subject, (here, now) =>
        {
            judged = Judge(here, arrival);
            return judged.Next is not { } next ? Decision.Keep(here!)
                : judged.Outcome is Brought.Made ? arrival.Beside(Decision.To(next), now)
                : Decision.To(next);
        });
        return Told(arrival, judged!);
    }

    private Brought Told<T>(Arrival<T> arrival, Judged<T> judged)
        where T : class
    {
        if (judged.Outcome is Brought.Left)
        {
            report.Differs($"{arrival.Name}: {string.Join(", ", judged.Fields)}; it was changed here since");
        }

        return judged.Outcome;
    }

    private static Judged<T> Judge<T>(State<T>? here, Arrival<T> arrival)
        where T : class
    {
        if (here is null)
        {
            return new(Brought.Made, arrival.Finish(arrival.Wanted), []);
        }

        var wanted = arrival.Fit(here, arrival.Wanted);
        var fields = Fields(here, wanted).ToList();
        return fields is [] ? new(Brought.Same, null, [])
            : arrival.IsChangedHere(here) ? new(Brought.Left, null, fields)
            : new(Brought.Changed, arrival.Finish(Follow(here, wanted)), fields);
    }

    private static State<T> Follow<T>(State<T> here, State<T> wanted)
        where T : class => wanted.Life is { } life
            ? here with { Lifetime = life with { CreatedAt = here.CreatedAt }, Body = wanted.Body }
            : here with { Body = wanted.Body, UpdatedAt = wanted.UpdatedAt };

    // The names of what differs, as the wire has them. What both have not is not told.
    private static IEnumerable<string> Fields<T>(State<T> here, State<T> wanted)
        where T : class
    {
        var (one, other) = (Members(here), Members(wanted));
        return one.Keys.Union(other.Keys)
            .Where(name => one.GetValueOrDefault(name) != other.GetValueOrDefault(name))
            .Select(JsonNamingPolicy.SnakeCaseLower.ConvertName)
            .Order(StringComparer.Ordinal);
    }

    private static Dictionary<string, string?> Members<T>(State<T> state)
        where T : class
    {
        using var body = JsonDocument.Parse(state.Kind.BodyOf(state.Body));
        var members = body.RootElement.EnumerateObject()
            .ToDictionary(member => member.Name, member => (string?)member.Value.GetRawText());
        members["dateUpdated"] = Text(state.UpdatedAt);
        if (state.Life is { } life)
        {
            members["status"] = life.Status;
            members["ttl"] = $"{life.TtlSeconds ?? 0}";
            members["closedReason"] = life.ClosedReason;
            members["dateExpiry"] = Text(life.DateExpiry);
            members["dateStarted"] = Text(life.StartedAt);
            members["dateEnded"] = Text(life.EndedAt);
        }

        return members;
    }

    // The wire has whole seconds.
    private static string? Text(DateTimeOffset? moment) => moment?.ToUnixTimeSeconds().ToString("D");

    private sealed record Judged<T>(Brought Outcome, State<T>? Next, IReadOnlyList<string> Fields)
        where T : class;
}

/// <summary>Something that comes from a source.</summary>
/// <param name="What">What it is, such as Sessions; null for what is not counted.</param>
/// <param name="Name">Which one, for whoever reads the report: by SIDs and nothing else.</param>
/// <param name="Wanted">What it should be here.</param>
internal sealed record Arrival<T>(string? What, string Name, State<T> Wanted)
    where T : class
{
    /// <summary>
    /// When anything of it last changed at the source. What is here and was changed later was changed here.
    /// </summary>
    public DateTimeOffset MovedAt { get; init; } = Wanted.UpdatedAt;

    /// <summary>Throws the refusal when it cannot come. Given what is here.</summary>
    public Func<State<T>?, DateTimeOffset, ValueTask>? Check { get; init; }

    /// <summary>See <see cref="Subject{TSeen, T}.Taken"/>.</summary>
    public Func<Write, DateTimeOffset, ValueTask>? Taken { get; init; }

    /// <summary>What is here and no source tells, put into what is wanted.</summary>
    public Func<State<T>, State<T>, State<T>> Fit { get; init; } = (_, wanted) => wanted;

    /// <summary>What is done to it last.</summary>
    public Func<State<T>, State<T>> Finish { get; init; } = state => state;

    /// <summary>What is written beside it when it is new.</summary>
    public Func<Decision<T>, DateTimeOffset, Decision<T>> Beside { get; init; } = (decision, _) => decision;

    /// <summary>Whether somebody has changed it here. What time does to it is nobody's.</summary>
    public bool IsChangedHere(State<T> here) => here.UpdatedAt > MovedAt
        && here.Life?.ClosedReason is not (CloseReasons.Ttl or CloseReasons.DateExpiry);
}
