using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Moq;
using Sessions.Storage;
using Sessions.Tests.Support;

namespace Sessions.Tests.Health;

public sealed class HealthTests
{
    [Theory]
    [InlineData("/health/live", """{"status":"live"}""")]
    [InlineData("/health/ready", """{"status":"ready"}""")]
    public async Task Without_credentials_it_tells_that_all_is_well(string path, string body)
    {
        await using var app = await SessionsApp.Start();

        Assert.Equal((HttpStatusCode.OK, body), await Get(app, path));
    }

    [Theory]
    [InlineData(StoreOutcome.Throttled)]
    [InlineData(StoreOutcome.Unavailable)]
    public async Task Without_its_store_it_lives_but_is_not_ready(StoreOutcome outcome)
    {
        await using var app = await AppOver(ValueTask.FromResult(new ReadResult<Document>(outcome, null)));

        Assert.Equal(HttpStatusCode.OK, (await Get(app, "/health/live")).Status);
        Assert.Equal(
            (HttpStatusCode.ServiceUnavailable, """{"status":"store unavailable"}"""), await Get(app, "/health/ready"));
    }

    [Fact]
    public async Task A_store_that_does_not_answer_in_time_is_not_ready()
    {
        await using var app = await AppOver(ValueTask.FromException<ReadResult<Document>>(
            new OperationCanceledException()));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await Get(app, "/health/ready")).Status);
        Assert.Equal(TimeSpan.FromSeconds(1), await RetryAfter(app));
    }

    [Fact]
    public async Task It_says_when_to_ask_again_the_store_s_own_word_first()
    {
        await using var app = await AppOver(ValueTask.FromResult(
            new ReadResult<Document>(StoreOutcome.Throttled, null, TimeSpan.FromSeconds(7))));
        await using var silent = await AppOver(ValueTask.FromResult(
            new ReadResult<Document>(StoreOutcome.Unavailable, null)));

        Assert.Equal(TimeSpan.FromSeconds(7), await RetryAfter(app));
        Assert.Equal(TimeSpan.FromSeconds(1), await RetryAfter(silent));
    }

    private static async Task<TimeSpan?> RetryAfter(SessionsApp app)
    {
        using var client = app.Anonymous();
        using var response = await client.GetAsync("/health/ready");
        return response.Headers.RetryAfter?.Delta;
    }

    private static Task<SessionsApp> AppOver(ValueTask<ReadResult<Document>> answer)
    {
        var store = new Mock<IDocumentStore>();
        store.Setup(s => s.Read("health", "probe", It.IsAny<CancellationToken>())).Returns(answer);
        return SessionsApp.Start(builder => builder.Services.AddSingleton(store.Object));
    }

    private static async Task<(HttpStatusCode Status, string Body)> Get(SessionsApp app, string path)
    {
        using var client = app.Anonymous();
        using var response = await client.GetAsync(path);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }
}
