using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Sessions.Tests.Support;
using Sessions.Tests.TwilioProxy;

namespace Sessions.Tests.Expiry;

/// <summary>
/// Over random histories of expiries, changes, re-openings, waits and sweeps: every reader sees a session open until
/// its end to the tick, and closed from then on.
/// </summary>
[Trait("Host", "Kestrel")]
public sealed class ExpiryPropertyTests
{
    private const int Histories = 100;
    private const ulong Seed = 20_261_121;

    [Fact]
    public async Task No_reader_sees_an_ended_session_open_or_an_open_one_ended()
    {
        await using var app = await SessionsApp.Start();
        var proxy = ProxyClient.Acme(app);
        var count = 0;

        await Task.Run(() => Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(Histories).WithQuietOnSuccess(true)
                .WithReplay(new Replay(new Rnd(Seed), size: null)),
            Prop.ForAll(HistoryStep.Histories, async steps =>
            {
                var name = (++count).ToString(CultureInfo.InvariantCulture);
                var service = await proxy.NewService(name);
                var history = new SessionHistory(app, service);
                foreach (var step in steps)
                {
                    await history.Take(step);
                }

                // What is left open must not fill the lists of the next history.
                await proxy.Delete(service);
                app.Clock.Advance(TimeSpan.FromMinutes(1));
                await app.Sweep();
            })));

        Assert.True(count >= Histories);
    }
}
