using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Sessions.Tests.Support;

namespace Sessions.Tests.CamaraWebRtc;

/// <summary>In what the generations differ, and that they show the same things.</summary>
public sealed partial class GenerationTests : IAsyncLifetime
{
    private SessionsApp _app = null!;
    private CamaraClient _alice = null!;

    /// <summary>The generations, by name.</summary>
    public static TheoryData<string> All => [.. CamaraEdition.All.Select(edition => edition.Name)];

    public async Task InitializeAsync()
    {
        _app = await CamaraUsers.Start(workers: 0);
        _alice = new(_app, CamaraUsers.Alice);
    }

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_registration_has_the_status_of_its_generation_and_is_seen_under_all(string name)
    {
        var edition = CamaraEdition.Named(name);

        var made = (await _alice.Post(edition.Registrations, Device())).Is(edition.Registered);

        foreach (var other in CamaraEdition.All)
        {
            var seen = (await _alice.Get($"{other.Registrations}/{made["registrationId"]}")).Is(HttpStatusCode.OK);
            Assert.True(JsonNode.DeepEquals(made.Body, seen.Body));
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_device_that_registers_again_is_refreshed_but_in_main_refused(string name)
    {
        var edition = CamaraEdition.Named(name);
        var first = await _alice.Register();

        var again = await _alice.Post(edition.Registrations, Device());

        if (edition.RegistersOnce)
        {
            again.IsError(HttpStatusCode.Conflict, "ALREADY_EXISTS");
        }
        else
        {
            Assert.Equal(first, again.Is(edition.Registered)["registrationId"]);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_call_is_seen_under_every_generation_on_its_own_wire(string name)
    {
        var edition = CamaraEdition.Named(name);
        var registration = ("registrationId", await _alice.Register());
        var wanted = CamaraClient.NewCall(("clientCorrelator", "mine"));

        var made = (await _alice.Post(edition.Calls, wanted, registration)).Is(HttpStatusCode.Created);

        foreach (var other in CamaraEdition.All)
        {
            var seen = (await _alice.Get($"{other.Calls}/{made["mediaSessionId"]}")).Is(HttpStatusCode.OK);
            Assert.Equal(!edition.IsNext && !other.IsNext ? "mine" : null, seen["clientCorrelator"]);
            seen.Body!.AsObject().Remove("clientCorrelator");
            Assert.Equal("Initial", seen["status"]);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task An_update_without_a_body_and_one_with_an_empty_object_answer_alike(string name)
    {
        var call = $"{CamaraEdition.Named(name).Calls}/{IdOf(await _alice.Call())}";

        var none = (await _alice.Put($"{call}/status", null)).Is(HttpStatusCode.OK);

        foreach (var empty in (string[])["{}", " {\r\n\t} "])
        {
            var reply = (await _alice.Send(HttpMethod.Put, $"{call}/status", empty)).Is(HttpStatusCode.OK);
            Assert.True(JsonNode.DeepEquals(none.Body, reply.Body));
        }

        (await _alice.Send(HttpMethod.Put, $"{call}/status", "{}}")).IsInvalid();
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task An_update_of_the_media_alone_needs_the_status_in_the_next_generations(string name)
    {
        var edition = CamaraEdition.Named(name);
        var call = $"{edition.Calls}/{IdOf(await _alice.Call())}";
        var offer = new JsonObject { ["offer"] = new JsonObject { ["sdp"] = "v=0 again" } };

        var reply = await _alice.Put($"{call}/status", offer);

        if (edition.IsNext)
        {
            reply.IsInvalid();
        }
        else
        {
            Assert.Equal("v=0 again", reply.Is(HttpStatusCode.OK).Body!["offer"]!["sdp"]!.ToString());
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_refresh_without_a_body_is_answered_without_one(string name)
    {
        var path = $"{CamaraEdition.Named(name).Registrations}/{await _alice.Register()}";
        _app.Clock.Advance(TimeSpan.FromMinutes(30));

        Assert.Null((await _alice.Put(path, null)).Is(HttpStatusCode.NoContent).Body);

        Assert.Equal("2026-03-14T10:56:53.589Z", (await _alice.Get(path)).Is(HttpStatusCode.OK)["expiresAt"]);
        Assert.Equal("2026-03-14T10:56:53.589Z", (await _alice.Put(path, new JsonObject()))["expiresAt"]);
    }

    [Theory]
    [InlineData("tel:+0123456", "r2.2 r3.1 short")]
    [InlineData("tel:110;phone-context=ims.example.com", "r2.2 main short")]
    [InlineData("sip:bob@example.com", "r2.2 r3.1 main short")]
    public async Task Each_generation_has_its_own_forms_of_addresses(string receiver, string takenBy)
    {
        var registration = ("registrationId", await _alice.Register());
        foreach (var edition in CamaraEdition.All)
        {
            var reply = await _alice.Post(
                edition.Calls, CamaraClient.NewCall(("receiverAddress", receiver)), registration);

            Assert.True(
                takenBy.Split(' ').Contains(edition.Name) == (reply.Status is HttpStatusCode.Created),
                $"{edition}: {reply.Status}");
        }
    }

    [Theory]
    [InlineData("/webrtc-call-handling/v0.2/sessions/1")]
    [InlineData("/webrtc-call-handling/v0.3rc1/sessions/1")]
    [InlineData("/webrtc-registration/vwip2/sessions/1")]
    [InlineData("/webrtc-events/v0.3/subscriptions")]
    [InlineData("/webrtc-events/v0.4rc1/subscriptions")]
    [InlineData("/webrtc-events-subscriptions/v0.4/subscriptions")]
    public async Task A_version_that_there_is_not_is_404(string path) => (await _alice.Get(path)).IsNotFound();

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_list_with_a_slash_at_its_end_is_a_thing_without_an_id(string name)
    {
        var edition = CamaraEdition.Named(name);

        (await _alice.Get($"{edition.Subscriptions}/")).IsInvalid();
        (await _alice.Get($"{edition.Registrations}/?deviceId={CamaraClient.Device}")).IsInvalid();
        (await _alice.Get(edition.Subscriptions)).Is(HttpStatusCode.OK);
    }

    /// <summary>The simulator is a client, which speaks to one version as any other does.</summary>
    [Fact]
    public void What_a_version_is_called_stands_in_the_file_of_its_generation_alone() => Expect.None(
        from file in Repository.Sources("functions/CamaraWebRtc")
        where !file.Contains("/Generations/", StringComparison.Ordinal)
        where !file.Contains("/Simulator/", StringComparison.Ordinal)
        from line in Repository.Read(file).Split('\n')
        where Version().IsMatch(line)
        select $"{file}: {line.Trim()}");

    [GeneratedRegex(@"/v(\d|wip)")]
    private static partial Regex Version();

    private static string IdOf(string path) => path.Split('/')[^1];

    private static JsonObject Device() => new() { ["deviceId"] = CamaraClient.Device };
}
