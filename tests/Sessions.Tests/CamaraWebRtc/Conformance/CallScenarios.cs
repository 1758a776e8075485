using System.Net;
using System.Text.Json.Nodes;

namespace Sessions.Tests.CamaraWebRtc.Conformance;

/// <summary>Call handling, in our own words from its yaml.</summary>
internal static class CallScenarios
{
    public static IEnumerable<Scenario> All =>
        [.. Create.Scenarios(), .. OfCreate, .. Fetch.Scenarios(), .. Update.Scenarios(), .. OfUpdate,
            .. Delete.Scenarios(), .. OfDelete];

    private static Operation Create => new(
        "createSession",
        HttpMethod.Post,
        async stage => new(stage.Edition.Calls, CamaraClient.NewCall().ToJsonString())
        {
            Headers = [await stage.Registered()],
            After = reply =>
            {
                Holds(reply.Body!, "originatorAddress", "receiverAddress", "status", "offer", "mediaSessionId");
                return Task.CompletedTask;
            },
        },
        _ => HttpStatusCode.Created)
    {
        Creates = true,
    };

    private static Operation Fetch => new(
        "getSessionDetailsById",
        HttpMethod.Get,
        async stage => new(await stage.Call())
        {
            After = reply =>
            {
                Holds(reply.Body!, "originatorAddress", "receiverAddress", "status", "offer", "mediaSessionId");
                return Task.CompletedTask;
            },
        },
        _ => HttpStatusCode.OK)
    {
        Absent = edition => $"{edition.Calls}/{Stage.UnknownCall}",
        Without = edition => edition.Calls,
        Empty = edition => $"{edition.Calls}/",
    };

    // The standard's own test sends no body, and expects one.
    private static Operation Update => new(
        "updateSessionStatus",
        HttpMethod.Put,
        async stage => new($"{await stage.Call()}/status"),
        _ => HttpStatusCode.OK)
    {
        Absent = edition => $"{edition.Calls}/{Stage.UnknownCall}/status",
        Without = edition => $"{edition.Calls}/status",
        Empty = edition => $"{edition.Calls}//status",
    };

    private static Operation Delete => new(
        "deleteSessionById", HttpMethod.Delete, async stage => new(await stage.Call()), _ => HttpStatusCode.NoContent)
    {
        Absent = edition => $"{edition.Calls}/{Stage.UnknownCall}",
        Without = edition => edition.Calls,
        Empty = edition => $"{edition.Calls}/",
    };

    private static IEnumerable<Scenario> OfCreate =>
    [
        new("createSession", "Without the header registrationId it is 400 INVALID_ARGUMENT", async stage =>
            (await stage.Alice.Post(stage.Edition.Calls, CamaraClient.NewCall())).IsInvalid()),
        Refused("An originator that the token does not speak for is 403 INVALID_TOKEN_CONTEXT",
            HttpStatusCode.Forbidden, "INVALID_TOKEN_CONTEXT", ("originatorAddress", "tel:+17085859999")),
        Refused("An emergency call is 501 CALLTYPE_EMERGENCY_NOT_SUPPORTED",
            HttpStatusCode.NotImplemented, "CALLTYPE_EMERGENCY_NOT_SUPPORTED", ("callType", "EMERGENCY")),
        Refused("A receiver whose address has none of the forms is 400 INVALID_ARGUMENT",
            HttpStatusCode.BadRequest, "INVALID_ARGUMENT", ("receiverAddress", "Bob")),
        Refused("A call without an offer is 400 INVALID_ARGUMENT",
            HttpStatusCode.BadRequest, "INVALID_ARGUMENT", ("offer", null)),
        Refused("A call with an answer is 400 INVALID_ARGUMENT",
            HttpStatusCode.BadRequest, "INVALID_ARGUMENT", ("answer", new JsonObject { ["sdp"] = "v=0" })),
        new("createSession", "A clientCorrelator is given back in r2.2, and passed over from r3.1 on", async stage =>
            Assert.Equal(
                stage.Edition.IsNext ? null : "mine",
                (await stage.Alice.Get(await stage.Call(("clientCorrelator", "mine"))))["clientCorrelator"])),
        new Scenario("createSession", "The location of the caller is kept", async stage =>
        {
            var place = JsonNode.Parse(
                """{"shape":"Circle","coordinates":{"latitude":47.6,"longitude":-122.3,"radius":35}}""");
            var seen = await stage.Bob.Get(await stage.Call(("locationDetails", place)));
            Assert.Equal("35", $"{seen.Body!["locationDetails"]!["coordinates"]!["radius"]}");
        }).Next(),
        new("createSession", "A malformed x-correlator is 400, and the answer has another one", async stage =>
        {
            var reply = await stage.Alice.Post(
                stage.Edition.Calls, CamaraClient.NewCall(), await stage.Registered(), ("x-correlator", "no spaces"));
            Assert.Matches("^[a-zA-Z0-9-_:;./<>{}]{1,256}$", reply.IsInvalid().Headers["x-correlator"]);
        }),
    ];

    private static IEnumerable<Scenario> OfUpdate =>
    [
        new("updateSessionStatus", "A call rings, is answered, held, resumed and hung up", async stage =>
        {
            var call = await stage.Call();
            await stage.Bob.Set(call, "Ringing");
            await stage.Bob.Set(call, "Connected", answer: true);
            foreach (var status in (string[])["Hold", "Resume", "Terminated"])
            {
                Assert.Equal(status, (await stage.Alice.Set(call, status))["status"]);
            }
        }),
        new("updateSessionStatus", "The answer of the receiver is shown to the originator", async stage =>
        {
            var call = await stage.Call();
            await stage.Bob.Set(call, "Connected", answer: true);
            Assert.Equal("v=0 answer", $"{(await stage.Alice.Get(call)).Body!["answer"]!["sdp"]}");
        }),
        new("updateSessionStatus", "The wrapped body of r2.2's examples is taken", async stage =>
        {
            var body = new JsonObject { ["receiverSessionStatus"] = CamaraClient.Status("Ringing") };
            (await stage.Bob.Put($"{await stage.Call()}/status", body)).Is(HttpStatusCode.OK);
        }),
        new("updateSessionStatus", "An unknown status is 400 INVALID_ARGUMENT", async stage =>
            (await stage.Bob.Put($"{await stage.Call()}/status", CamaraClient.Status("Lost"))).IsInvalid()),
        new Scenario("updateSessionStatus", "A body that says something and not the status is 400", async stage =>
            (await stage.Alice.Put(
                $"{await stage.Call()}/status",
                new JsonObject { ["offer"] = new JsonObject { ["sdp"] = "v=0" } })).IsInvalid()).Next(),
        new("updateSessionStatus", "An empty object is answered as no body is", async stage =>
            (await stage.Alice.Put($"{await stage.Call()}/status", new JsonObject())).Is(HttpStatusCode.OK)),
    ];

    private static IEnumerable<Scenario> OfDelete =>
    [
        Ended("The originator cancels before an answer", "SessionCancelled", (stage, _) =>
            Task.FromResult(stage.Alice)),
        Ended("The receiver declines before an answer", "Declined", (stage, _) => Task.FromResult(stage.Bob)),
        Ended("Either hangs up after it", "Terminated", async (stage, call) =>
        {
            await stage.Bob.Set(call, "Connected", answer: true);
            return stage.Alice;
        }),
    ];

    private static Scenario Ended(string sentence, string status, Func<Stage, string, Task<CamaraClient>> who) => new(
        "deleteSessionById", $"{sentence}: `{status}`", async stage =>
        {
            var call = await stage.Call();
            var by = await who(stage, call);
            (await by.Delete(call)).Is(HttpStatusCode.NoContent);
            Assert.Equal(status, await by.StatusOf(call));
        });

    private static Scenario Refused(
        string sentence, HttpStatusCode status, string code, (string Name, JsonNode? Value) member) => new(
        "createSession", sentence, async stage => (await stage.Alice.Post(
            stage.Edition.Calls,
            CamaraClient.NewCall((member.Name, member.Value?.DeepClone())),
            await stage.Registered())).IsError(status, code));

    private static void Holds(JsonNode body, params string[] members) =>
        Assert.All(members, member => Assert.NotNull(body[member]));
}
