using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.Azure.Cosmos;
using Microsoft.Extensions.DependencyInjection;
using Sessions.Expiry;
using Sessions.StandIn;
using Sessions.Storage;
using Sessions.Storage.Cosmos;
using Sessions.Tests.Support;

namespace Sessions.Tests.Expiry;

/// <summary>Four instances over one container of four physical partitions.</summary>
[Collection(nameof(Alone))]
[Trait("Host", "Kestrel")]
[Trait("Store", "Own")]
public sealed class FourSweepersTests : IAsyncLifetime
{
    private const string Kind = "twilio-proxy/session";
    private const int Parts = 4;
    private const int Partitions = 60;
    private const int OfAPartition = 20;

    // What is looked for in a part at a time.
    private const int Page = 100;

    private readonly List<(SessionsApp App, Gate Gate)> _instances = [];
    private CosmosAccount _account = null!;
    private ContainerControl _container = null!;
    private CosmosDocumentStore _store = null!;

    public async Task InitializeAsync()
    {
        _account = await CosmosAccount.Start(new());
        var settings = new CosmosSettings("tests", "four")
        {
            ConnectionString = $"AccountEndpoint={_account.Address};AccountKey=c3RhbmQtaW4=",
            Gateway = true,
            LimitToEndpoint = true,
            Patience = TimeSpan.FromSeconds(30),
            Retries = 100_000,
        };
        await MakeContainer(settings);
        _container = _account.Container(settings.Database, settings.Container);
        var clock = new FakeClock();
        _store = CosmosStandIn.Open(settings, clock, null);
        await Fill(clock.Now);
        for (var number = 0; number < Parts; number++)
        {
            var gate = new Gate();
            var app = await SessionsApp.Start(builder => builder.Services
                .AddSingleton<IDocumentStore>(_ => CosmosStandIn.Open(settings, clock, () => new Knocking(gate))));
            app.Clock.Advance(TimeSpan.FromMinutes(1));
            _instances.Add((app, gate));
        }
    }

    public async Task DisposeAsync()
    {
        foreach (var (app, _) in _instances)
        {
            await app.DisposeAsync();
        }

        _store.Dispose();
        await _account.DisposeAsync();
    }

    [Fact]
    public async Task They_share_the_work_and_never_settle_a_session_twice()
    {
        var first = _instances[0];
        List<Task<int>> sweeps = [Task.Run(first.App.Sweep)];
        await Until(() => first.Gate.Asked >= 1);
        sweeps.AddRange(_instances.Skip(1).Select(one => Task.Run(one.App.Sweep)));
        await Until(async () => (await Plan()).Count == Parts);
        var looked = first.Gate.Looked;
        await Until(() => first.Gate.Looked >= looked + 2);

        // The first has all parts in its hands, and has seen that there are others. Once its pages are done it lets go
        // of three, and is held up in its own until the others have begun.
        first.Gate.Let(Parts * Page);
        await Until(() => _instances.Skip(1).All(one => one.Gate.Asked > 0));
        foreach (var (_, gate) in _instances)
        {
            gate.Let(int.MaxValue);
        }

        _container.Log.Watched = true;
        await Until(() => sweeps.All(sweep => sweep.IsCompleted));
        var settled = await Task.WhenAll(sweeps);

        Assert.Equal(Partitions * OfAPartition, settled.Sum());
        Assert.All(settled, count => Assert.True(count > 0, string.Join(' ', settled)));
        Assert.DoesNotContain(_container.Log.All, charge => charge.Operation is "batch" && charge.Status is not 200);
        Assert.Empty(await Plan());
        var now = first.App.Clock.Now;
        Assert.Empty((await _store.ReadDue(new([Kind], now, 1), CancellationToken.None)).Value!);
    }

    [Fact]
    public async Task Where_one_is_killed_another_goes_on_when_its_time_is_over()
    {
        var (killed, gate) = _instances[0];
        var (next, open) = _instances[1];
        open.Let(int.MaxValue);
        using var end = new CancellationTokenSource();
        var sweep = Task.Run(() => killed.Services.GetRequiredService<Sweep>().Run(end.Token));
        await Until(() => gate.Asked >= 1);
        gate.Kill();
        await end.CancelAsync();
        next.Clock.Advance(SweepPlan.Lease - TimeSpan.FromSeconds(1));
        var taking = Task.Run(next.Sweep);
        await Until(() => open.Looked > 3);
        Assert.Equal(0, open.Asked);

        next.Clock.Advance(TimeSpan.FromSeconds(1));

        await Until(() => taking.IsCompleted);
        Assert.Equal(Partitions * OfAPartition, await taking);
        await Until(() => sweep.IsCompleted);
    }

    // Four instances, a store and all that is tested beside them share few processors.
    private static async Task Until(Func<Task<bool>> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        while (!await condition())
        {
            await Task.Delay(5, patience.Token);
        }
    }

    private static Task Until(Func<bool> condition) => Until(() => Task.FromResult(condition()));

    private async Task<JsonArray> Plan() =>
        (await _store.Read("sweep", "plan", CancellationToken.None)).Value is { } plan
            ? JsonNode.Parse(plan.Body.Span)!["sweepers"]!.AsArray()
            : [];

    private static async Task MakeContainer(CosmosSettings settings)
    {
        using var client = new CosmosClient(settings.ConnectionString, new CosmosClientOptions
        {
            ConnectionMode = ConnectionMode.Gateway, LimitToEndpoint = true,
        });
        var database = await client.CreateDatabaseIfNotExistsAsync(settings.Database);
        await database.Database.CreateContainerAsync(
            ContainerDefinition.Named(settings.Container), Parts * 10_000);
    }

    private async Task Fill(DateTimeOffset now)
    {
        foreach (var service in Enumerable.Range(0, Partitions))
        {
            var partition = $"acme:twilio-proxy:KS{service:x32}";
            Write[] writes =
            [
                .. Enumerable.Range(0, OfAPartition).Select(number => new Write.Create(new Document
                {
                    Partition = partition,
                    Id = $"KC{number:x32}",
                    Kind = Kind,
                    Account = "acme",
                    CreatedAt = now,
                    UpdatedAt = now,
                    Lifetime = new()
                    {
                        Status = "open", Open = true, CreatedAt = now, UpdatedAt = now, DateExpiry = now,
                    },
                    DueAt = now,
                    Body = """{"mode":"voice-and-message","participants":[]}"""u8.ToArray(),
                })),
            ];
            (await _store.Commit(partition, writes, CancellationToken.None)).OrFault();
        }
    }

    /// <summary>Lets so many sessions be read, and holds the others up.</summary>
    private sealed class Gate
    {
        private readonly ConcurrentQueue<TaskCompletionSource> _waiting = new();
        private readonly Lock _lock = new();
        private int _asked;
        private int _looked;
        private int _allowed;

        public int Asked => Volatile.Read(ref _asked);

        /// <summary>How often the plan was looked at.</summary>
        public int Looked => Volatile.Read(ref _looked);

        /// <summary>Nothing is sent any more.</summary>
        public bool IsDead { get; private set; }

        public void Look() => Interlocked.Increment(ref _looked);

        public void Kill()
        {
            IsDead = true;
            Let(int.MaxValue);
        }

        public void Let(int more)
        {
            lock (_lock)
            {
                _allowed = Math.Max(_allowed, more);
                while (!_waiting.IsEmpty && _asked - _waiting.Count < _allowed && _waiting.TryDequeue(out var one))
                {
                    one.TrySetResult();
                }
            }
        }

        public Task Pass()
        {
            lock (_lock)
            {
                if (_asked++ - _waiting.Count < _allowed)
                {
                    return Task.CompletedTask;
                }

                var mine = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                _waiting.Enqueue(mine);
                return mine.Task;
            }
        }
    }

    private sealed class Knocking(Gate gate) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var path = request.Method == HttpMethod.Get ? request.RequestUri!.AbsolutePath : "";
            if (path.Contains("/docs/KC", StringComparison.Ordinal))
            {
                await gate.Pass().WaitAsync(cancellationToken);
            }

            if (path.EndsWith("/docs/plan", StringComparison.Ordinal))
            {
                gate.Look();
            }

            return gate.IsDead
                ? throw new HttpRequestException("It is dead.")
                : await base.SendAsync(request, cancellationToken);
        }
    }
}
