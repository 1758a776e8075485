using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Sessions.Tests.Support;
using Sessions.Tests.TwilioProxy;

namespace Sessions.Tests.Expiry;

/// <summary>Lives a history in a service and in the model, and compares what readers see after each step.</summary>
internal sealed class SessionHistory(SessionsApp app, string service)
{
    private readonly ProxyClient _proxy = ProxyClient.Acme(app);
    private readonly ApiClient _operator = new(app.Anonymous().WithBearer(TestAccounts.AcmeToken));
    private readonly List<SessionModel> _sessions = [];

    private DateTimeOffset Now => app.Clock.Now;

    private IEnumerable<SessionModel> Alive => _sessions.Where(session => !session.IsOver(Now));

    /// <summary>Takes a step, checks its answer, and checks what readers see then.</summary>
    public async Task Take(HistoryStep step)
    {
        switch (step.Kind)
        {
            case StepKind.Create:
                await Create(step);
                break;
            case StepKind.Wait:
                app.Clock.Advance(TimeSpan.FromSeconds(Math.Abs(step.Until ?? 1)));
                break;
            case StepKind.WaitForAnEnd:
                WaitForAnEnd(step.Which);
                break;
            case StepKind.Sweep:
                await app.Sweep();
                break;
            case StepKind.SweepTwiceAtOnce:
                await Task.WhenAll(Task.Run(app.Sweep), Task.Run(app.Sweep));
                break;
            default:
                await Change(step);
                break;
        }

        await Compare();
    }

    private async Task Create(HistoryStep step)
    {
        var end = EndOf(step);
        var reply = await _proxy.Post($"{service}/Sessions", Fields(step, null));
        Assert.Equal(end <= Now ? HttpStatusCode.BadRequest : HttpStatusCode.Created, reply.Status);
        if (reply.Status is HttpStatusCode.Created)
        {
            _sessions.Add(new($"{service}/Sessions/{reply["sid"]}", Now, step.Ttl ?? 0, end));
        }
    }

    private async Task Change(HistoryStep step)
    {
        if (_sessions.Count == 0)
        {
            return;
        }

        var session = _sessions[step.Which % _sessions.Count];
        var (status, taken) = step.Kind switch
        {
            StepKind.Close => ("closed", session.Close(Now)),
            StepKind.Reopen => ("in-progress", session.Reopen(Now, step.Ttl, EndOf(step))),
            _ => (null, session.Update(Now, step.Ttl, EndOf(step))),
        };
        var fields = step.Kind is StepKind.Close ? [("Status", "closed")] : Fields(step, status);
        var reply = await _proxy.Post(session.Path, fields);
        Assert.Equal(taken ? HttpStatusCode.OK : HttpStatusCode.BadRequest, reply.Status);
    }

    // To the tick before an end, or to the end itself.
    private void WaitForAnEnd(int which)
    {
        var ends = Alive.Select(session => session.End).OfType<DateTimeOffset>();
        if (ends.Order().ElementAtOrDefault(which / 2) is { Ticks: > 0 } end)
        {
            app.Clock.Advance(end - Now - TimeSpan.FromTicks(which % 2));
        }
    }

    private async Task Compare()
    {
        var expected = Alive.Select(session => session.Path).Order().ToList();
        var fetched = new List<string>();
        foreach (var session in _sessions)
        {
            fetched.AddRange((await _proxy.Get(session.Path))["status"] is "closed" ? [] : [session.Path]);
        }

        Assert.Equal(expected, fetched.Order());
        Assert.Equal(expected, Open((await _proxy.Get($"{service}/Sessions")).Body!, "status", "sid"));
        Assert.Equal(expected, Open((await _operator.Send(
            HttpMethod.Get, "/operator/sessions?pageSize=200&state=open")).Body!, "state", "sessionId"));
    }

    private IEnumerable<string> Open(JsonNode list, string state, string id) => list["sessions"]!
        .AsArray()
        .Where(session => (string?)session![state] != "closed")
        .Select(session => $"{service}/Sessions/{session![id]}")
        .Order();

    // Dates on the wire have whole seconds.
    private DateTimeOffset? EndOf(HistoryStep step) => step.Until is { } seconds
        ? new DateTimeOffset((Now.Ticks / TimeSpan.TicksPerSecond * TimeSpan.TicksPerSecond), TimeSpan.Zero)
            .AddSeconds(seconds)
        : null;

    private (string Name, string Value)[] Fields(HistoryStep step, string? status)
    {
        (string Name, string? Value)[] fields =
        [
            ("Status", status),
            ("Ttl", step.Ttl?.ToString(CultureInfo.InvariantCulture)),
            ("DateExpiry", EndOf(step)?.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)),
        ];
        return [.. fields.Where(field => field.Value is not null).Select(field => (field.Name, field.Value!))];
    }
}
