using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Sessions.Storage;
using Sessions.Tests.BandwidthWebRtc;
using Sessions.Tests.CamaraWebRtc;
using Sessions.Tests.Conversation;
using Sessions.Tests.LiveStream;
using Sessions.Tests.Support;
using Sessions.Tests.TwilioProxy;

namespace Sessions.Tests.Storage.Before;

/// <summary>Something of every kind, in every state that it can be stored in.</summary>
internal static class DatabaseParts
{
    private const string Ann = "+14155550001";
    private const string Bea = "+14155550002";
    private const string Sink = "https://sink.example.com/";
    private static readonly (string, string) _key = ("Idempotency-Key", "once");

    /// <summary>What has been told, and what nobody would hear.</summary>
    public static async Task Tell(SessionsApp app, string sink)
    {
        var bandwidth = BandwidthClient.Acme(app);
        var session = await bandwidth.NewSession();
        var member = await bandwidth.NewMember(session, $$"""{"callbackUrl":"{{sink}}/refuses"}""");
        await bandwidth.Delete($"/sessions/{session}/participants/{member}");
        var (alice, bob) = (new CamaraClient(app, CamaraUsers.Alice), new CamaraClient(app, CamaraUsers.Bob));
        await bob.Subscribe(await bob.Register(), "session-invitation", $"{sink}/hears", ("subscriptionMaxEvents", 9));
        var call = await alice.Call(("receiverName", "Bob"));
        await bob.Set(call, "Ringing");
        await AllTold(app);
        app.Clock.Advance(TimeSpan.FromMinutes(1));
    }

    /// <summary>All the rest; gives the creates that a key makes one, sent again.</summary>
    public static async Task<IReadOnlyList<Question>> Make(SessionsApp app)
    {
        List<Question> repeats =
        [
            .. await Proxy(app),
            .. await Bandwidth(app),
            .. await Camara(app),
            .. await Conversations(app),
            .. await LiveStreams(app),
        ];
        app.Clock.Advance(TimeSpan.FromMinutes(4));
        await app.Sweep();
        await Last(app);
        app.Clock.Advance(TimeSpan.FromMinutes(4));
        return repeats;
    }

    private static async Task AllTold(SessionsApp app)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var store = app.Services.GetRequiredService<IDocumentStore>();
        var ever = app.Clock.Now.AddYears(1);
        while ((await store.ReadDue(new(["outbox/event"], ever, 1), timeout.Token)).Value is not [])
        {
            await Task.Yield();
        }
    }

    // What the sweep would take away, and what ends after it.
    private static async Task Last(SessionsApp app)
    {
        var proxy = ProxyClient.Acme(app);
        var left = await proxy.NewService("left");
        await proxy.NewNumber(left, "+14155559009");
        await proxy.NewSession(left);
        (await proxy.Delete(left)).Is(HttpStatusCode.NoContent);
        var service = await proxy.NewService("late");
        await proxy.NewSession(service, ("UniqueName", "unswept"), ("Ttl", "60"));
        await proxy.NewSession(service, ("UniqueName", "running"), ("Ttl", "3600"));
        await new CamaraClient(app, CamaraUsers.Alice).Call();
        await app.Alice().New("late", ("sessionType", 3), ("options", new JsonObject { ["ttl"] = "60s" }));
        var alice = new LiveStreamClient(app.Anonymous().WithBearer(TestAccounts.AcmeToken));
        var room = await alice.NewRoom("Left");
        await alice.NewSession(room);
        (await alice.Delete(room)).Is(HttpStatusCode.OK);
        var over = await alice.NewLiveSession();
        (await alice.Post($"{over}/end")).Is(HttpStatusCode.OK);
        (await alice.Delete(over)).Is(HttpStatusCode.OK);
    }

    private static async Task<IEnumerable<Question>> Proxy(SessionsApp app)
    {
        var (proxy, carrier) = (ProxyClient.Acme(app), new CarrierClient(app));
        await ProxyClient.Other(app).NewSession(await ProxyClient.Other(app).NewService("other"));
        await proxy.NewService("plain");
        var service = await proxy.NewService(
            "full", ("CallbackUrl", Sink), ("DefaultTtl", "86400"), ("NumberSelectionBehavior", "avoid-sticky"));
        await proxy.NewNumber(service, "+14155559001");
        await proxy.NewNumber(service, "+14155559002");
        await proxy.NewNumber(service, "+14155559003", ("IsReserved", "true"));
        await proxy.Post($"{service}/ShortCodes", ("Sid", "SC00000000000000000000000000000001"));

        var open = await proxy.NewSession(service, ("UniqueName", "open"), ("DateExpiry", "2030-01-01T00:00:00Z"));
        await Talk(proxy, carrier, service, open);
        var closed = await proxy.NewSession(service, ("UniqueName", "closed"), ("Mode", "message-only"));
        await Talk(proxy, carrier, service, closed, "+14155550003", "+14155550004");
        (await proxy.Post(closed, ("Status", "closed"))).Is(HttpStatusCode.OK);
        await proxy.NewSession(service, ("UniqueName", "swept"), ("Ttl", "60"));
        var left = await proxy.NewSession(service, ("UniqueName", "left"));
        var gone = (await proxy.NewParticipant(left, "+14155550005"))["sid"];
        (await proxy.Delete($"{left}/Participants/{gone}")).Is(HttpStatusCode.NoContent);

        const string authorization = $"{TestAccounts.AcmeSid}:{TestAccounts.AcmeSecret}";
        return
        [
            await Repeat(app, "/v1/Services", DatabaseReading.Basic(authorization), "UniqueName=once"),
            await Repeat(app, $"{service}/Sessions", DatabaseReading.Basic(authorization), "UniqueName=once"),
            await Repeat(
                app, $"{left}/Participants", DatabaseReading.Basic(authorization), "Identifier=%2B14155550006"),
        ];
    }

    private static async Task Talk(
        ProxyClient proxy, CarrierClient carrier, string service, string session, string one = Ann, string other = Bea)
    {
        var first = await proxy.NewParticipant(session, one, ("FriendlyName", "one"));
        await proxy.NewParticipant(session, other);
        var path = $"{session}/Participants/{first["sid"]}/MessageInteractions";
        (await proxy.Post(path, ("Body", "hello"))).Is(HttpStatusCode.Created);
        await carrier.Message(service, one, first["proxy_identifier"]!, "hi");
    }

    private static async Task<IEnumerable<Question>> Bandwidth(SessionsApp app)
    {
        var bandwidth = BandwidthClient.Acme(app);
        var told = $$"""{"callbackUrl":"{{Sink}}","tag":"told","publishPermissions":["AUDIO"]}""";
        var session = await bandwidth.NewSession();
        var one = await bandwidth.NewMember(session, told);
        await bandwidth.NewMember(session, null, $$"""{"participants":[{"participantId":"{{one}}"}]}""");
        var left = await bandwidth.NewMember(session, told);
        (await bandwidth.Delete($"/sessions/{session}/participants/{left}")).Is(HttpStatusCode.NoContent);
        var ended = await bandwidth.NewSession();
        await bandwidth.NewMember(ended, told);
        (await bandwidth.Delete($"/sessions/{ended}")).Is(HttpStatusCode.NoContent);
        await bandwidth.NewParticipant();
        // Its account has no participant key in its settings, so that one is made.
        await BandwidthClient.Other(app).NewParticipant();
        var authorization = DatabaseReading.Basic($"acme:{TestAccounts.AcmeSecret}");
        return
        [
            await Repeat(app, "/v1/accounts/acme/sessions", authorization, """{"tag":"once"}"""),
            await Repeat(app, "/v1/accounts/acme/participants", authorization, """{"tag":"once"}"""),
        ];
    }

    private static async Task<IEnumerable<Question>> Camara(SessionsApp app)
    {
        var (alice, bob) = (new CamaraClient(app, CamaraUsers.Alice), new CamaraClient(app, CamaraUsers.Bob));
        var registration = await alice.Register();
        await alice.Register(CamaraClient.OtherDevice);
        await new CamaraClient(app, CamaraUsers.Machine).Post(CamaraEdition.R31.Registrations, new JsonObject
        {
            ["deviceId"] = CamaraClient.OtherDevice, ["phoneNumber"] = CamaraUsers.BobNumber,
        });
        await alice.Subscribe(registration, "session-status", Sink, ("subscriptionMaxEvents", 5));
        var read = CamaraClient.NewSubscription(registration, "session-status", Sink);
        read.Remove("sink");
        (await alice.Post(CamaraClient.Subscriptions, read)).Is(HttpStatusCode.Created);
        await alice.Subscribe(
            registration, "registration-ends", Sink, ("subscriptionExpireTime", "2026-03-14T09:29:00.000Z"));
        var connected = await alice.Call(("originatorName", "Alice"));
        await bob.Set(connected, "Ringing");
        await bob.Set(connected, "Connected", answer: true);
        var ended = await alice.Call();
        (await alice.Delete(ended)).Is(HttpStatusCode.NoContent);
        // Rings until the sweep says that nobody answered.
        await alice.Call();
        var authorization = $"Bearer {CamaraUsers.Alice}";
        return
        [
            await Repeat(app, CamaraClient.Calls, authorization, CamaraClient.NewCall().ToJsonString()),
            await Repeat(
                app,
                CamaraClient.Subscriptions,
                authorization,
                CamaraClient.NewSubscription(registration, "session-invitation", Sink).ToJsonString()),
        ];
    }

    private static async Task<IEnumerable<Question>> Conversations(SessionsApp app)
    {
        var alice = app.Alice();
        var bob = app.Bob();
        await alice.New("public");
        await alice.New("private", ("sessionType", 2), ("allowedUsers", new JsonArray("bob")));
        await alice.New("ended", ("sessionType", 3), ("options", new JsonObject { ["ttl"] = "60s" }));
        foreach (var session in (IEnumerable<string>)["public", "private", "ended"])
        {
            (await alice.Join(session, "alice")).Is(HttpStatusCode.OK);
            (await bob.Join(session, "bob")).Is(HttpStatusCode.OK);
            (await bob.Publish(session, "bob", """{"text":"hello"}""", ",\"channel\":1")).Is(HttpStatusCode.OK);
            (await bob.Leave(session, "bob")).Is(HttpStatusCode.OK);
        }

        await alice.Patch("public?updateMask=displayName", """{"displayName":"Evening"}""");
        await alice.New("deleted");
        (await alice.Delete("deleted")).Is(HttpStatusCode.OK);
        var authorization = $"Bearer {TestAccounts.AcmeToken}";
        const string collection = ConversationClient.Collection;
        const string message = """{"name":"alice","message":{"text":"once"}}""";
        return
        [
            await Repeat(app, $"{collection}?sessionId=once", authorization, ConversationClient.Body()),
            await Repeat(app, $"{collection}/public/messages", authorization, message),
        ];
    }

    private static async Task<IEnumerable<Question>> LiveStreams(SessionsApp app)
    {
        var alice = new LiveStreamClient(app.Anonymous().WithBearer(TestAccounts.AcmeToken));
        var viewer = new LiveStreamClient(app.Anonymous().WithBearer(CamaraUsers.Bob));
        var room = await alice.NewRoom();
        await alice.NewSession(room);
        await alice.NewSession(room, ", \"scheduled_start_time\": \"2026-03-14T10:00:00Z\"");
        var ended = await alice.NewLiveSession(room);
        (await alice.Post($"{ended}/end")).Is(HttpStatusCode.OK);
        var live = await alice.NewLiveSession(room, presetMore: ", \"max_join_limit\": 3");
        (await viewer.Post($"{live}/join")).Is(HttpStatusCode.OK);
        await alice.NewRoom("Empty");
        var authorization = $"Bearer {TestAccounts.AcmeToken}";
        const string preset = """{"name":"once","type":"whip","primary_color":"#1a2B3c"}""";
        return
        [
            await Repeat(app, "/rooms", authorization, """{"title":"Once"}"""),
            await Repeat(app, "/presets", authorization, preset),
        ];
    }

    /// <summary>Makes a thing once, and gives the request to send again.</summary>
    private static async Task<Question> Repeat(SessionsApp app, string path, string authorization, string body)
    {
        var question = new Question(
            "POST", path, new() { ["Authorization"] = authorization, [_key.Item1] = $"{_key.Item2} {path}" }, body);
        var made = await question.Ask(app);
        Assert.True(made.Status < 300, $"{made} to make one: {made.Status}");
        return question;
    }
}
