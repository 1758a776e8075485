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
    public async Task An_id_leads_everyone_to_its_account_and_lists_to_ones_own()
    {
        var room = await _house.Oscar.NewRoom("Oscar's");

        Assert.Equal("Oscar's", (string?)(await _house.Anyone.Get(room)).Is(HttpStatusCode.OK).Data["title"]);
        Assert.Equal("Oscar's", (string?)(await _house.Alice.Get(room)).Is(HttpStatusCode.OK).Data["title"]);
        Assert.Equal(0, (int)(await _house.Anyone.Get("/rooms")).Data["total"]!);
        Assert.Equal(0, (int)(await _house.Alice.Get("/rooms")).Data["total"]!);
        Assert.Equal(1, (int)(await _house.Oscar.Get("/rooms")).Data["total"]!);
    }

    [Fact]
    public async Task Without_a_public_account_lists_ask_for_a_token()
    {
        await using var house = await LiveStreamHouse.Build(("LiveStream:PublicAccount", ""));

        (await house.Anyone.Get("/rooms")).IsError(HttpStatusCode.Unauthorized, "auth_type_not_found");
        (await house.Anyone.Get(await house.Alice.NewRoom())).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task X_API_Key_takes_the_same_tokens()
    {
        var key = ("X-API-Key", TestAccounts.AcmeToken);

        (await _house.Anyone.Post("/rooms", """{"title": "By key"}""", key)).Is(HttpStatusCode.Created);

        Assert.Equal(1, (int)(await _house.Alice.Get("/rooms/my")).Data["total"]!);
    }
}
