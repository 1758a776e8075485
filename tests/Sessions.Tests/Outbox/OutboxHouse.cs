using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Sessions.Outbox;
using Sessions.Storage;
using Sessions.Tests.Support;

namespace Sessions.Tests.Outbox;

/// <summary>The service with a sender for tests, and a server that takes what it sends.</summary>
internal sealed class OutboxHouse : IAsyncDisposable
{
    public const string Partition = "acme:test:events";
    private readonly PlainSender _sender;
    private int _events;

    private OutboxHouse(SessionsApp app, WebhookSink sink, PlainSender sender) =>
        (App, Sink, _sender) = (app, sink, sender);

    public SessionsApp App { get; }

    public WebhookSink Sink { get; }

    /// <summary>What the sender says of each event before it is sent: all are wanted at first.</summary>
    public Func<OutboxEvent, bool> IsWanted { set => _sender.Wanted = value; }

    /// <summary>What the sender was told became of each event.</summary>
    public IEnumerable<(string Id, Verdict Verdict)> Settled => _sender.Settled;

    [SuppressMessage("Reliability", "CA2000", Justification = "The house owns both.")]
    public static async Task<OutboxHouse> Start(
        OutboxSettings? settings = null, TimeSpan? retention = null, WatchCost? cost = null)
    {
        var sender = new PlainSender();
        var app = await SessionsApp.Start(builder =>
        {
            builder.Services.AddSingleton<IOutboxSender>(sender);
            builder.Configuration["Retention:Events"] = retention?.ToString();
            if (settings is not null)
            {
                builder.Services.AddSingleton(settings);
            }

            if (cost is not null)
            {
                builder.Services.AddSingleton(cost);
            }
        });
        return new(app, await WebhookSink.Start(), sender);
    }

    /// <summary>An event of the clock's now; events are numbered.</summary>
    public OutboxEvent Event(string stream = "s1", string? target = null, string account = "acme")
    {
        var number = Interlocked.Increment(ref _events);
        return new()
        {
            Id = $"e{number}",
            Partition = Partition,
            Account = account,
            Stream = stream,
            Sender = "plain",
            Target = new Uri(target ?? Sink.Url),
            Payload = Encoding.UTF8.GetBytes(number.ToString(CultureInfo.InvariantCulture)),
            At = App.Clock.Now,
            Order = number,
        };
    }

    /// <summary>
    /// An event whose process died after the commit, just so long ago that its lease is over.
    /// </summary>
    public Task Commit(OutboxEvent told) => Commit(told, App.Clock.Now - Lease);

    /// <summary>Writes an event at a moment, without saying so.</summary>
    public async Task Commit(OutboxEvent told, DateTimeOffset at) =>
        Assert.Equal(
            StoreOutcome.Done,
            (await App.Store.Commit(told.Partition, [told.Write(at + Lease)], CancellationToken.None)).Outcome);

    /// <summary>Writes an event and says so, as surfaces do.</summary>
    public async Task Tell(OutboxEvent told)
    {
        await Commit(told, App.Clock.Now);
        App.Services.GetRequiredService<OutboxBell>().Ring([told]);
    }

    /// <summary>How long a new event is its own process's to send.</summary>
    public static TimeSpan Lease { get; } = TimeSpan.FromSeconds(15);

    /// <summary>Moves the clock, and runs the timer's work.</summary>
    public Task DeliverAfter(TimeSpan time)
    {
        App.Clock.Advance(time);
        return App.DeliverDue();
    }

    /// <summary>What lies in the outbox, the oldest first.</summary>
    public async Task<IReadOnlyList<Document>> Stored() => (await App.Store.List(
        new(Partition, "outbox/event", 100) { Order = ListOrder.OldestFirst }, CancellationToken.None)).Value!;

    /// <summary>What of it is still to be sent.</summary>
    public async Task<IReadOnlyList<Document>> Waiting() =>
        [.. (await Stored()).Where(document => document.DueAt is not null)];

    public async ValueTask DisposeAsync()
    {
        await Sink.DisposeAsync();
        await App.DisposeAsync();
    }

    private sealed class PlainSender : IOutboxSender
    {
        public string Name => "plain";

        public Func<OutboxEvent, bool> Wanted { get; set; } = _ => true;

        public ConcurrentQueue<(string Id, Verdict Verdict)> Settled { get; } = [];

        public ValueTask<bool> IsWanted(OutboxEvent told, DateTimeOffset now, CancellationToken cancellation) =>
            ValueTask.FromResult(Wanted(told));

        public ValueTask<IReadOnlyList<Write>> Afterwards(
            OutboxEvent told, Verdict verdict, DateTimeOffset now, CancellationToken cancellation)
        {
            Settled.Enqueue((told.Id, verdict));
            return ValueTask.FromResult<IReadOnlyList<Write>>([]);
        }

        public HttpRequestMessage Request(OutboxEvent told, DateTimeOffset now) =>
            new(HttpMethod.Post, told.Target) { Content = new ReadOnlyMemoryContent(told.Payload) };
    }
}
