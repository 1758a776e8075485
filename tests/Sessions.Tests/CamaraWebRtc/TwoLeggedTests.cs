using System.Net;
using System.Text.Json.Nodes;
using Sessions.Tests.Support;

namespace Sessions.Tests.CamaraWebRtc;

/// <summary>Tokens that name no subscriber: they name the number that they register, and speak for it then.</summary>
public sealed class TwoLeggedTests : IAsyncLifetime
{
    private static readonly string _registrations = CamaraEdition.R31.Registrations;
    private SessionsApp _app = null!;
    private CamaraClient _machine = null!;

    public async Task InitializeAsync()
    {
        _app = await CamaraUsers.Start(workers: 0);
        _machine = new(_app, CamaraUsers.Machine);
    }

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Theory]
    [InlineData("r3.1")]
    [InlineData("main")]
    public async Task Such_a_token_must_name_a_number_and_one_that_names_a_subscriber_must_not(string edition)
    {
        var path = CamaraEdition.Named(edition).Registrations;
        var alice = new CamaraClient(_app, CamaraUsers.Alice);

        (await _machine.Post(path, Device())).IsError(HttpStatusCode.UnprocessableEntity, "MISSING_IDENTIFIER");
        (await alice.Post(path, Device(CamaraUsers.AliceNumber)))
            .IsError(HttpStatusCode.UnprocessableEntity, "UNNECESSARY_IDENTIFIER");
        (await _machine.Post(path, Device("17085854000"))).IsInvalid();
        (await _machine.Post(path, Device(CamaraUsers.AliceNumber)))
            .IsError(HttpStatusCode.Forbidden, "PERMISSION_DENIED");

        var made = (await _machine.Post(path, Device(CamaraUsers.BobNumber))).Is(HttpStatusCode.Created);
        Assert.Equal(CamaraUsers.BobNumber, made.Body!["regInfo"]!["phoneNumber"]!.ToString());
        (await _machine.Post(path, Device())).IsError(HttpStatusCode.UnprocessableEntity, "MISSING_IDENTIFIER");
    }

    [Fact]
    public async Task In_r2_2_such_a_token_registers_nothing() =>
        (await _machine.Post(CamaraClient.Registrations, Device(CamaraUsers.BobNumber)))
            .IsError(HttpStatusCode.Forbidden, "INVALID_TOKEN_CONTEXT");

    [Fact]
    public async Task Who_has_registered_a_number_speaks_for_it_and_nobody_else_does()
    {
        var id = await Register();
        var own = $"{_registrations}/{id}";
        var other = new CamaraClient(_app, CamaraUsers.Nobody);
        var call = CamaraClient.NewCall(
            ("originatorAddress", $"tel:{CamaraUsers.BobNumber}"),
            ("receiverAddress", $"tel:{CamaraUsers.DoraNumber}"));

        (await _machine.Get(own)).Is(HttpStatusCode.OK);
        Assert.Single((await _machine.Get($"{_registrations}?deviceId={CamaraClient.Device}")).Body!.AsArray());
        (await _machine.Post(CamaraEdition.R31.Calls, call, ("registrationId", id))).Is(HttpStatusCode.Created);
        (await other.Get(own)).IsNotFound();
        (await other.Post(CamaraEdition.Short.Calls, call)).IsError(HttpStatusCode.Forbidden, "INVALID_TOKEN_CONTEXT");
        (await _machine.Delete(own)).Is(HttpStatusCode.NoContent);
        (await _machine.Get(own)).IsNotFound();
    }

    [Fact]
    public async Task It_speaks_for_the_number_as_long_as_it_refreshes_and_a_day_after()
    {
        var path = $"{_registrations}/{await Register("2026-03-15T09:00:00Z")}";
        _app.Clock.Advance(TimeSpan.FromHours(23));
        (await _machine.Put(path, new JsonObject { ["registrationExpireTime"] = "2026-03-16T08:00:00Z" }))
            .Is(HttpStatusCode.OK);
        _app.Clock.Advance(TimeSpan.FromHours(23));
        (await _machine.Get(path)).Is(HttpStatusCode.OK);
        var call = CamaraClient.NewCall(
            ("originatorAddress", $"tel:{CamaraUsers.BobNumber}"),
            ("receiverAddress", $"tel:{CamaraUsers.DoraNumber}"));
        (await _machine.Post(CamaraEdition.Short.Calls, call)).Is(HttpStatusCode.Created);

        _app.Clock.Advance(TimeSpan.FromHours(2));

        (await _machine.Post(CamaraEdition.Short.Calls, call))
            .IsError(HttpStatusCode.Forbidden, "INVALID_TOKEN_CONTEXT");
    }

    private static JsonObject Device(string? number = null)
    {
        var body = new JsonObject { ["deviceId"] = CamaraClient.Device };
        return number is null ? body : CamaraClient.With(body, ("phoneNumber", number));
    }

    private async Task<string> Register(string? until = null)
    {
        var body = Device(CamaraUsers.BobNumber);
        body["registrationExpireTime"] = until;
        return (await _machine.Post(_registrations, body)).Is(HttpStatusCode.Created)["registrationId"]!;
    }
}
