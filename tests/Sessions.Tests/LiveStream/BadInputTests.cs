using System.Net;

namespace Sessions.Tests.LiveStream;

/// <summary>Bodies that are refused, and change nothing.</summary>
public sealed class BadInputTests : IAsyncLifetime
{
    private LiveStreamHouse _house = null!;

    public async Task InitializeAsync() => _house = await LiveStreamHouse.Build();

    public async Task DisposeAsync() => await _house.DisposeAsync();

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    [InlineData("{")]
    [InlineData("{\"title\": \"abc\",}")]
    public async Task A_body_that_is_no_object_is_refused(string json)
    {
        var reply = await _house.Alice.Post("/rooms", json);

        if (json.Length == 0)
        {
            reply.IsInvalid("title");
        }
        else
        {
            reply.IsError(HttpStatusCode.BadRequest, "invalid_request");
        }

        Assert.Equal(0, (int)(await _house.Alice.Get("/rooms")).Data["total"]!);
    }

    [Theory]
    [InlineData("""{"title": "ab"}""", "title")]
    [InlineData("""{"title": 123}""", "title")]
    [InlineData("""{"title": "abc", "description": {}}""", "description")]
    [InlineData("""{"title": "abc", "analytics": []}""", "analytics")]
    [InlineData("""{"title": "abc", "analytics": {"google_tag_manager": 1}}""", "analytics.google_tag_manager")]
    [InlineData(
        """{"title": "abc", "analytics": {"google_tag_manager": {"container_id": 1, "enabled": "x"}}}""",
        "analytics.google_tag_manager.container_id", "analytics.google_tag_manager.enabled")]
    public async Task What_is_wrong_with_a_room_is_named_field_by_field(string json, params string[] fields)
    {
        (await _house.Alice.Post("/rooms", json)).IsInvalid(fields);

        Assert.Equal(0, (int)(await _house.Alice.Get("/rooms")).Data["total"]!);
    }

    [Fact]
    public async Task Titles_have_3_to_255_characters()
    {
        (await _house.Alice.Post("/rooms", $$"""{"title": "{{new string('x', 256)}}"}""")).IsInvalid("title");
        (await _house.Alice.Post("/rooms", $$"""{"title": "{{new string('x', 255)}}"}""")).Is(HttpStatusCode.Created);
        (await _house.Alice.Post("/rooms", $$"""{"title": "{{new string('x', 70_000)}}"}"""))
            .IsError(HttpStatusCode.RequestEntityTooLarge, "too_large");
    }
}
