using System.Net;
using System.Text.Json.Nodes;

namespace Sessions.Tests.CamaraWebRtc.Conformance;

/// <summary>Registration, in our own words from its yaml.</summary>
internal static class RegistrationScenarios
{
    public static IEnumerable<Scenario> All =>
        [.. Create.Scenarios(), .. OfCreate, .. List.Scenarios(), .. Fetch.Scenarios(), .. Update.Scenarios(),
            .. OfUpdate, .. Delete.Scenarios()];

    private static Operation Create => new(
        "createRegistration",
        HttpMethod.Post,
        stage => Task.FromResult(new Asked(stage.Edition.Registrations, Device().ToJsonString())
        {
            After = async reply =>
            {
                Assert.Equal("Registered", $"{reply.Body!["regInfo"]!["regStatus"]}");
                await End(stage, reply["registrationId"]!);
            },
        }),
        edition => edition.Registered)
    {
        Creates = true,
    };

    private static Operation List => new(
        "getRegistrationsByDeviceId",
        HttpMethod.Get,
        stage => Task.FromResult(new Asked($"{stage.Edition.Registrations}?deviceId={CamaraClient.Device}")),
        _ => HttpStatusCode.OK)
    {
        Concerns = edition => edition.IsNext,
    };

    private static Operation Fetch => new(
        "getRegistrationById", HttpMethod.Get, async stage => new(await Path(stage)), _ => HttpStatusCode.OK)
    {
        Absent = edition => $"{edition.Registrations}/{Stage.UnknownId}",
        Without = edition => edition.Registrations,
        Empty = edition => $"{edition.Registrations}/",
        Concerns = edition => edition.IsNext,
    };

    // The standard's own test sends no body, and expects none.
    private static Operation Update => new(
        "updateRegistrationById",
        HttpMethod.Put,
        async stage => new(await Path(stage)),
        _ => HttpStatusCode.NoContent)
    {
        Absent = edition => $"{edition.Registrations}/{Stage.UnknownId}",
        Without = edition => edition.Registrations,
        Empty = edition => $"{edition.Registrations}/",
    };

    private static Operation Delete => new(
        "deleteRegistrationById",
        HttpMethod.Delete,
        async stage => new(await Path(stage)),
        _ => HttpStatusCode.NoContent)
    {
        Absent = edition => $"{edition.Registrations}/{Stage.UnknownId}",
        Without = edition => edition.Registrations,
        Empty = edition => $"{edition.Registrations}/",
    };

    private static IEnumerable<Scenario> OfCreate =>
    [
        new("createRegistration", "A good request is served with 200, as the standard's own test has it", async stage =>
        {
            var reply = await stage.Alice.Post(stage.Edition.Registrations, Device());
            await End(stage, reply["registrationId"]!);
            reply.Is(HttpStatusCode.OK);
        })
        {
            Note = 1,
        },
        new("createRegistration", "A deviceId that is no UUID is 400 INVALID_ARGUMENT", async stage =>
            (await stage.Alice.Post(stage.Edition.Registrations, Device("mine"))).IsInvalid()),
        new("createRegistration", "An end that is too early is 400 OUT_OF_RANGE", async stage =>
            (await stage.Alice.Post(stage.Edition.Registrations, Until("2026-03-14T09:27:00Z")))
                .IsError(HttpStatusCode.BadRequest, "OUT_OF_RANGE")),
        new("createRegistration", "An end that is too late is brought forward, and told", async stage =>
        {
            var reply = await stage.Alice.Post(stage.Edition.Registrations, Until("2030-01-01T00:00:00Z"));
            await End(stage, reply["registrationId"]!);
            Assert.StartsWith("2026-03-15T09:2", reply["expiresAt"], StringComparison.Ordinal);
        }),
        new Scenario("createRegistration", "A device that is registered is 409 ALREADY_EXISTS", async stage =>
        {
            await stage.Registered();
            (await stage.Alice.Post(stage.Edition.Registrations, Device(CamaraClient.Device)))
                .IsError(HttpStatusCode.Conflict, "ALREADY_EXISTS");
        })
        {
            Concerns = edition => edition.RegistersOnce,
        },
        new Scenario("createRegistration", "A token of three legs with a phoneNumber is 422", async stage =>
            (await stage.Alice.Post(stage.Edition.Registrations, Number(CamaraUsers.AliceNumber)))
                .IsError(HttpStatusCode.UnprocessableEntity, "UNNECESSARY_IDENTIFIER")).Next(),
        new Scenario("createRegistration", "A token of two legs without a phoneNumber is 422", async stage =>
            (await stage.As(CamaraUsers.Machine).Post(stage.Edition.Registrations, Device()))
                .IsError(HttpStatusCode.UnprocessableEntity, "MISSING_IDENTIFIER")).Next(),
        new Scenario("createRegistration", "A token of two legs with the number of another is 403", async stage =>
            (await stage.As(CamaraUsers.Machine).Post(stage.Edition.Registrations, Number(CamaraUsers.AliceNumber)))
                .IsError(HttpStatusCode.Forbidden, "PERMISSION_DENIED")).Next(),
    ];

    private static IEnumerable<Scenario> OfUpdate =>
    [
        new("updateRegistrationById", "With a body it is 200 and shows until when", async stage =>
        {
            var update = new JsonObject { ["registrationExpireTime"] = "2026-03-14T12:00:00Z" };
            var reply = (await stage.Alice.Put(await Path(stage), update)).Is(HttpStatusCode.OK);
            Assert.Equal("2026-03-14T12:00:00.000Z", reply["expiresAt"]);
        }),
        new("updateRegistrationById", "A refresh counts from now, and not from the end before", async stage =>
            Assert.StartsWith(
                "2026-03-14T10:2",
                (await stage.Alice.Put(await Path(stage), new JsonObject()))["expiresAt"],
                StringComparison.Ordinal)),
    ];

    private static async Task<string> Path(Stage stage) =>
        $"{stage.Edition.Registrations}/{(await stage.Registered()).Value}";

    private static async Task End(Stage stage, string id) =>
        await stage.Alice.Delete($"{stage.Edition.Registrations}/{id}");

    private static JsonObject Device(string id = Stage.NewDevice) => new() { ["deviceId"] = id };

    private static JsonObject Until(string end) => CamaraClient.With(Device(), ("registrationExpireTime", end));

    private static JsonObject Number(string number) => CamaraClient.With(Device(), ("phoneNumber", number));
}
