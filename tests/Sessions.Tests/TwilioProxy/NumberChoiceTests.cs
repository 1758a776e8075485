using System.Net;
using Sessions.Tests.Support;

namespace Sessions.Tests.TwilioProxy;

/// <summary>Which number of the pool a participant is given when it names none.</summary>
public sealed class NumberChoiceTests : IAsyncLifetime
{
    private const string Ann = "+14155550001";
    private SessionsApp _app = null!;
    private ProxyClient _proxy = null!;

    public async Task InitializeAsync()
    {
        _app = await SessionsApp.Start();
        _proxy = ProxyClient.Acme(_app);
    }

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Theory]
    [InlineData("country", Ann, "+12125559001")]
    [InlineData("country", "+14165550001", "+16045559001")]
    [InlineData("country", "+442071830001", "+441614960001")]
    [InlineData("country", "+447781123456", "+442071830001")]
    [InlineData("area-code", Ann, "+14155559001")]
    [InlineData("overlay", Ann, "+16285559001")]
    [InlineData("overlay", "+12125550001", "+19175559001")]
    [InlineData("overlay", "+17185550001", "+19175559001")]
    [InlineData("radius", Ann, "+16285559001")]
    [InlineData("extended-area-code", Ann, "+16285559001")]
    [InlineData("area-code", "+442071830001", "+441614960001")]
    public async Task A_number_near_enough_is_given(string level, string participant, string number)
    {
        var service = await Service(level, number);

        Assert.Equal(number, await NumberOf(service, participant));
    }

    [Theory]
    [InlineData("country", Ann, "+16045559001", 80203)]
    [InlineData("country", "+442071830001", "+14155559001", 80203)]
    [InlineData("country", "+99912345678", "+99912340000", 80205)]
    [InlineData("extended-area-code", Ann, "+12125559001", 80206)]
    [InlineData("area-code", Ann, "+16285559001", 80206)]
    [InlineData("overlay", Ann, "+12125559001", 80206)]
    [InlineData("overlay", "+12125550001", "+17185559001", 80206)]
    [InlineData("radius", Ann, "+15105559001", 80206)]
    public async Task A_number_that_is_too_far_is_not_given(string level, string participant, string number, int code)
    {
        var service = await Service(level, number);

        (await _proxy.Post($"{service}/Sessions", ("Participants", Json(participant)))).IsError(code);
    }

    [Fact]
    public async Task An_empty_pool_is_80205_and_one_of_reserved_numbers_80207()
    {
        var service = await _proxy.NewService();
        (await _proxy.Post($"{service}/Sessions", ("Participants", Json(Ann)))).IsError(80205);
        await _proxy.NewNumber(service, "+14155559001", ("IsReserved", "true"));

        (await _proxy.Post($"{service}/Sessions", ("Participants", Json(Ann)))).IsError(80207);
        await _proxy.NewSession(service, ("Participants", Json(Ann, "+14155559001")));
    }

    [Fact]
    public async Task A_reserved_number_is_never_given_by_itself()
    {
        var service = await Service("country", "+14155559001");
        await _proxy.NewNumber(service, "+14155559002", ("IsReserved", "true"));
        await NumberOf(service, Ann);

        (await _proxy.Post($"{service}/Sessions", ("Participants", Json(Ann)))).IsError(80208);
    }

    [Fact]
    public async Task A_number_that_is_reserved_now_is_not_given_any_more()
    {
        var service = await _proxy.NewService();
        var path = await _proxy.NewNumber(service, "+14155559001");
        await NumberOf(service, "+14155550002");
        await _proxy.Post(path, ("IsReserved", "true"));

        (await _proxy.Post($"{service}/Sessions", ("Participants", Json(Ann)))).IsError(80207);
    }

    [Fact]
    public async Task An_identifier_gets_other_numbers_in_sessions_that_are_open_at_once()
    {
        var service = await Service("country", [.. Enumerable.Range(0, 20).Select(i => $"+1415555{9000 + i}")]);

        var numbers = new List<string>();
        foreach (var _ in Enumerable.Range(0, 20))
        {
            numbers.Add(await NumberOf(service, Ann));
        }

        Assert.Distinct(numbers);
        (await _proxy.Post($"{service}/Sessions", ("Participants", Json(Ann)))).IsError(80208);
        await ClaimInvariant.Holds(_app, service);
    }

    [Fact]
    public async Task A_service_that_prefers_sticky_gives_the_same_number_again()
    {
        var service = await Service("country", [.. Enumerable.Range(0, 20).Select(i => $"+1415555{9000 + i}")]);

        var numbers = new HashSet<string>();
        foreach (var _ in Enumerable.Range(0, 5))
        {
            numbers.Add(await NumberOf(service, Ann, closeAfter: true));
        }

        Assert.Single(numbers);
    }

    [Fact]
    public async Task A_service_that_avoids_sticky_never_gives_the_last_number_again_while_it_has_others()
    {
        var service = await Service("country", "+14155559001", "+14155559002");
        await _proxy.Post(service, ("NumberSelectionBehavior", "avoid-sticky"));

        var last = await NumberOf(service, Ann, closeAfter: true);
        foreach (var _ in Enumerable.Range(0, 5))
        {
            var next = await NumberOf(service, Ann, closeAfter: true);
            Assert.NotEqual(last, next);
            last = next;
        }
    }

    [Fact]
    public async Task Many_identifiers_are_spread_over_the_pool()
    {
        var service = await Service("country", [.. Enumerable.Range(0, 10).Select(i => $"+1415555{9000 + i}")]);

        var numbers = await Task.WhenAll(
            Enumerable.Range(0, 100).Select(i => NumberOf(service, $"+1415555{i:D4}")));

        Assert.Equal(10, numbers.Distinct().Count());
        Assert.All(numbers.CountBy(number => number), number => Assert.InRange(number.Value, 1, 30));
    }

    [Fact]
    public async Task A_number_in_use_is_not_given_out_while_others_are_idle()
    {
        var service = await Service("country", [.. Enumerable.Range(0, 10).Select(i => $"+1415555{9000 + i}")]);

        var numbers = new List<string>();
        foreach (var i in Enumerable.Range(0, 10))
        {
            numbers.Add(await NumberOf(service, $"+1415555{i:D4}"));
        }

        Assert.Distinct(numbers);
        Assert.Contains(await NumberOf(service, "+14155550100"), numbers);
    }

    [Fact]
    public async Task What_other_processes_have_given_out_is_seen_after_five_seconds()
    {
        var service = await Service("country", [.. Enumerable.Range(0, 4).Select(i => $"+1415555{9000 + i}")]);
        await NumberOf(service, Ann);
        var idle = new HashSet<string>();
        foreach (var i in Enumerable.Range(0, 2))
        {
            var session = await _proxy.NewSession(service, ("Participants", Json($"+1415555010{i}")));
            var participants = await _proxy.List($"{session}/Participants", "participants");
            idle.Add(participants[0]!["proxy_identifier"]!.ToString());
            (await _proxy.Post(session, ("Status", "closed"))).Is(HttpStatusCode.OK);
        }

        await NumberOf(service, "+14155550200");
        _app.Clock.Advance(TimeSpan.FromSeconds(5));

        string[] given = [await NumberOf(service, "+14155550300"), await NumberOf(service, "+14155550400")];
        Assert.Equal(idle.Order(), given.Order());
    }

    [Theory]
    [InlineData("messenger:123")]
    [InlineData("+99912340000")]
    public async Task A_made_up_number_is_nobodys_unless_it_is_asked_for(string identifier)
    {
        var service = await Service("country", "+99912345678");

        (await _proxy.Post(
            $"{service}/Sessions", ("Mode", "message-only"), ("Participants", Json(identifier)))).IsError(80205);
        await _proxy.NewSession(
            service, ("Mode", "message-only"), ("Participants", Json("+14155550001", "+99912345678")));
    }

    private async Task<string> Service(string level, params string[] numbers)
    {
        var service = await _proxy.NewService("service", ("GeoMatchLevel", level));
        foreach (var number in numbers)
        {
            await _proxy.NewNumber(service, number);
        }

        return service;
    }

    private async Task<string> NumberOf(string service, string participant, bool closeAfter = false)
    {
        var session = await _proxy.NewSession(service, ("Participants", Json(participant)));
        var list = await _proxy.List($"{session}/Participants", "participants");
        if (closeAfter)
        {
            (await _proxy.Post(session, ("Status", "closed"))).Is(HttpStatusCode.OK);
        }

        return list[0]!["proxy_identifier"]!.ToString();
    }

    private static string Json(string participant, string? number = null) =>
        number is null
            ? $$"""{"Identifier": "{{participant}}"}"""
            : $$"""{"Identifier": "{{participant}}", "ProxyIdentifier": "{{number}}"}""";
}
