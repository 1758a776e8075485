using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
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
    public async Task Nobody_is_shown_an_id_that_is_made_of_the_accounts_name_and_always_the_same_in_its_place()
    {
        var room = await _house.Alice.NewRoom();
        var session = await _house.Alice.NewSession(room);
        foreach (var path in (string[])[room, session, "/rooms", "/sessions"])
        {
            var own = IdsIn((await _house.Alice.Get(path)).Is(HttpStatusCode.OK).Data);
            var (shown, again) = (await _house.Anyone.Get(path), await _house.Anyone.Get(path));

            var tag = Convert.ToHexStringLower(SHA256.HashData("live-stream/acme"u8))[..8];
            Assert.Contains(own, id => id.EndsWith(tag, StringComparison.Ordinal));
            Assert.DoesNotContain(IdsIn(shown.Data), id => id.EndsWith(tag, StringComparison.Ordinal));
            Assert.Equal(own.Count, IdsIn(shown.Data).Count);
            Assert.Equal(IdsIn(again.Data), IdsIn(shown.Data));
        }
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

    private static List<string> IdsIn(JsonNode data) =>
        [.. Regex.Matches(data.ToJsonString(), "[0-9a-f-]{36}").Select(match => match.Value).Distinct()];
}
