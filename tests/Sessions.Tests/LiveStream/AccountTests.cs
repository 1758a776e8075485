using System.Net;
using Sessions.Tests.Support;

namespace Sessions.Tests.LiveStream;

/// <summary>Which account a request is about.</summary>
public sealed class AccountTests : IAsyncLifetime
{
    private LiveStreamHouse _house = null!;

    public async Task InitializeAsync() => _house = await LiveStreamHouse.Build();

    public async Task DisposeAsync() => await _house.DisposeAsync();

    [Fact]
    public async Task An_id_leads_everyone_to_a_public_account_and_nobody_else_to_another()
    {
        var (shown, hidden) = (await _house.Alice.NewRoom("Alice's"), await _house.Oscar.NewRoom("Oscar's"));

        Assert.Equal("Alice's", (string?)(await _house.Anyone.Get(shown)).Is(HttpStatusCode.OK).Data["title"]);
        Assert.Equal("Alice's", (string?)(await _house.Oscar.Get(shown)).Is(HttpStatusCode.OK).Data["title"]);
        Assert.Equal("Oscar's", (string?)(await _house.Oscar.Get(hidden)).Is(HttpStatusCode.OK).Data["title"]);
        (await _house.Anyone.Get(hidden)).IsError(HttpStatusCode.NotFound, "not_found");
        (await _house.Alice.Get(hidden)).IsError(HttpStatusCode.NotFound, "not_found");
    }

    [Fact]
    public async Task Several_accounts_may_be_public_and_the_first_has_the_lists()
    {
        await using var house = await LiveStreamHouse.Build(("LiveStream:PublicAccounts:0", "other"));
        var (first, second) = (await house.Alice.NewRoom("Alice's"), await house.Oscar.NewRoom("Oscar's"));

        (await house.Anyone.Get(first)).Is(HttpStatusCode.OK);
        (await house.Anyone.Get(second)).Is(HttpStatusCode.OK);
        Assert.Equal(1, (int)(await house.Anyone.Get("/rooms")).Data["total"]!);
    }

    [Fact]
    public async Task Nobody_reads_an_account_from_a_new_id()
    {
        var tags = new HashSet<string>();
        for (var i = 0; i < 8; i++)
        {
            tags.Add((await _house.Alice.NewRoom())[^8..]);
        }

        Assert.Equal(8, tags.Count);
    }

    [Fact]
    public async Task Lists_are_of_ones_own_account()
    {
        await _house.Oscar.NewRoom("Oscar's");

        Assert.Equal(0, (int)(await _house.Anyone.Get("/rooms")).Data["total"]!);
        Assert.Equal(0, (int)(await _house.Alice.Get("/rooms")).Data["total"]!);
        Assert.Equal(1, (int)(await _house.Oscar.Get("/rooms")).Data["total"]!);
    }

    [Fact]
    public async Task Without_a_public_account_lists_ask_for_a_token()
    {
        await using var house = await LiveStreamHouse.Build(("LiveStream:PublicAccount", ""));

        (await house.Anyone.Get("/rooms")).IsError(HttpStatusCode.Unauthorized, "auth_type_not_found");
        (await house.Anyone.Get(await house.Alice.NewRoom())).IsError(HttpStatusCode.NotFound, "not_found");
    }

    [Fact]
    public async Task X_API_Key_takes_the_same_tokens()
    {
        var key = ("X-API-Key", TestAccounts.AcmeToken);

        (await _house.Anyone.Post("/rooms", """{"title": "By key"}""", key)).Is(HttpStatusCode.Created);

        Assert.Equal(1, (int)(await _house.Alice.Get("/rooms/my")).Data["total"]!);
    }
}
