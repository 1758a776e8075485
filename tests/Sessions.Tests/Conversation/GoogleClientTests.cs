using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Sessions.Conversation;
using Sessions.Http;
using Sessions.Http.Limits;
using Sessions.Tests.Clients;
using Sessions.Tests.Support;

namespace Sessions.Tests.Conversation;

/// <summary>Google's own client library reads every error that there can be as what it is.</summary>
public sealed class GoogleClientTests : ConversationTest
{
    [Fact]
    public async Task Google_gax_reads_each_error_by_its_code_its_reason_and_its_details()
    {
        Refusal[] refusals =
        [
            .. Enum.GetValues<RefusalKind>().Except([RefusalKind.Surface])
                .Select(kind => new Refusal(kind, "As all surfaces refuse.") { RetryAfter = TimeSpan.FromSeconds(1) }),
            new LimitRefusal("streams", 4, TimeSpan.FromSeconds(1), "Too many."),
        ];
        JsonNode?[] bodies = [.. await Task.WhenAll(refusals.Select(Body)), .. await OwnErrors()];
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, new JsonArray(bodies).ToJsonString());

        var report = await NodeScript.Run(
            "conversation/gax.mjs", new Dictionary<string, string> { ["ERRORS"] = file });

        File.Delete(file);
        Assert.True(report is { Failed: 0, ExitCode: 0 } && report.Passed == bodies.Length, report.ToString());
    }

    private async Task<JsonNode?[]> OwnErrors()
    {
        var one = await Alice.New("one");
        var ended = await Alice.New(null, ("sessionType", 3), ("options", new JsonObject { ["ttl"] = "1s" }));
        App.Clock.Advance(TimeSpan.FromSeconds(2));
        ApiReply[] replies =
        [
            (await Alice.Post("", "{")).IsError(3, "INVALID_BODY"),
            (await Alice.Post("", "{}")).IsError(3, "INVALID_FIELD"),
            (await Alice.Get("absent")).IsError(5, "SESSION_NOT_FOUND"),
            (await Alice.Post($"?sessionId={one}", ConversationClient.Body())).IsError(6, "SESSION_EXISTS"),
            (await Bob.Patch(one, "{}")).IsError(7, "OWNER_REQUIRED"),
            (await Bob.Join(one, "alice")).IsError(7, "USER_MISMATCH"),
            (await Alice.Publish(ended, "alice", "1")).IsError(9, "SESSION_ENDED"),
            (await Alice.Publish(one, "alice", "1", ", \"channel\": 9")).IsError(9, "CHANNEL_NOT_ALLOWED"),
        ];
        return [.. replies.Select(reply => reply.Body)];
    }

    private async Task<JsonNode?> Body(Refusal refusal)
    {
        using var body = new MemoryStream();
        var context = new DefaultHttpContext { RequestServices = App.Services, Response = { Body = body } };
        await App.Services.GetRequiredService<ConversationSurface>()
            .Refuse(context.Request, refusal).ExecuteAsync(context);
        return JsonNode.Parse(body.ToArray());
    }
}
