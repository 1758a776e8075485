using Microsoft.Extensions.DependencyInjection;
using Sessions.Tests.Support;
using Sessions.TwilioProxy;

namespace Sessions.Tests.TwilioProxy;

/// <summary>What an account's carrier does with a live call, for those who end one.</summary>
public sealed class CarrierCallTests : IAsyncLifetime
{
    private SimulatedCarrier _simulated = null!;
    private SessionsApp _app = null!;

    public async Task InitializeAsync()
    {
        _simulated = await SimulatedCarrier.Start();
        _app = await SessionsApp.Start(builder => _simulated.Configure(builder, "twilio-compatible"));
    }

    public async Task DisposeAsync()
    {
        await _app.DisposeAsync();
        await _simulated.DisposeAsync();
    }

    [Fact]
    public async Task A_call_is_hung_up_and_redirected()
    {
        var (carrier, sid) = (Carrier, _simulated.NewSid("CA"));

        await carrier.Redirect(sid, new Uri("https://app.example.com/goodbye"), CancellationToken.None);
        await carrier.HangUp(sid, CancellationToken.None);

        Assert.All(_simulated.Asked, asked => Assert.Equal($"POST Calls/{sid}.json", asked.Call));
        var (redirected, ended) = (_simulated.Asked.First().Form, _simulated.Asked.Last().Form);
        Assert.Equal(("https://app.example.com/goodbye", "POST"), (redirected["Url"], redirected["Method"]));
        Assert.Equal("completed", Assert.Single(ended).Value);
    }

    [Theory]
    [InlineData(CarrierFault.Refuse, CarrierFailure.Refused, "21220")]
    [InlineData(CarrierFault.TooMany, CarrierFailure.Busy, "20429")]
    [InlineData(CarrierFault.Fail, CarrierFailure.Unknown, "20503")]
    [InlineData(CarrierFault.LoseAnswer, CarrierFailure.Unknown, "unreachable")]
    public async Task A_failure_says_whether_it_may_have_happened(CarrierFault fault, CarrierFailure kind, string code)
    {
        _simulated.Fault("POST Calls", fault, 21220);

        var failure = await Assert.ThrowsAsync<CarrierException>(
            async () => await Carrier.HangUp(_simulated.NewSid("CA"), CancellationToken.None));

        Assert.Equal((kind, code), (failure.Kind, failure.Code));
    }

    private ICarrier Carrier => _app.Services.GetRequiredService<Carriers>().Of("acme")!;
}
