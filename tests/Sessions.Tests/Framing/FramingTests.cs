using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Sessions.Tests.Support;
using Sessions.Tests.Surfaces;

namespace Sessions.Tests.Framing;

/// <summary>What comes over a socket and is no good HTTP, or more of it than anybody reads.</summary>
[Trait("Host", "Kestrel")]
[Trait("Store", "Own")]
public sealed class FramingTests : IAsyncLifetime, IDisposable
{
    private const string BadChunk = "ffffffffffffffffff\r\nx\r\n0\r\n\r\n";

    private readonly LogSink _log = new();
    private OwnServer _server = null!;

    public static TheoryData<string> Bodies =>
    [
        .. from function in HttpFunction.All
           where SurfaceSamples.Of(function).RequestOf(function.Name).Body is not null
           group function by function.Surface into surface
           select surface.First().Name,
        "TwilioProxy_ReceiveVoice",
    ];

    public static TheoryData<string> Surfaces => [.. SurfaceSamples.All.Keys];

    public async Task InitializeAsync() => _server = await OwnServer.Start(_log.ListenTo);

    public async Task DisposeAsync() => await _server.DisposeAsync();

    public void Dispose() => _log.Dispose();

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task A_chunk_whose_size_is_none_is_a_400_of_the_surface(string name)
    {
        using var connection = await Connect();
        await connection.Send(Head(name, "Transfer-Encoding: chunked") + BadChunk);

        AssertShape(name, HttpStatusCode.BadRequest, await connection.Reply());
        Assert.True(await connection.Closes());
    }

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task Whoever_sends_too_much_in_chunks_sees_why_and_the_connection_ends_in_good_order(string name)
    {
        using var connection = await Connect();
        await connection.Send(Head(name, "Transfer-Encoding: chunked"));
        var chunk = new string('x', 64 * 1024);
        for (var sent = 0; sent < 24; sent++)
        {
            await connection.Send($"10000\r\n{chunk}\r\n");
        }

        await connection.Send("0\r\n\r\n");

        var reply = await connection.Reply();
        AssertShape(name, TooLarge(name), reply);
        Assert.Equal("close", reply.Headers["Connection"]);
        Assert.True(await connection.Closes());
    }

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task Whoever_announces_too_much_and_sends_it_sees_why(string name)
    {
        const int length = 6 * 1024 * 1024;
        using var connection = await Connect();
        await connection.Send(Head(name, $"Content-Length: {length}"));
        await connection.Send(new string('x', length));

        AssertShape(name, TooLarge(name), await connection.Reply());
        Assert.True(await connection.Closes());
    }

    [Theory]
    [MemberData(nameof(Surfaces))]
    public async Task What_the_server_itself_refuses_is_in_the_shape_of_the_surface(string surface)
    {
        var name = HttpFunction.All.First(function => function.Surface == surface).Name;
        var path = PathOf(name);
        (string Request, HttpStatusCode Status)[] bad =
        [
            ($"GET {path} HTTP/1.1\r\n\r\n", HttpStatusCode.BadRequest),
            ($"GET {path} HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", HttpStatusCode.BadRequest),
            ($"GET {path} HTTP/1.1\r\nHost: a\r\nBad header: b\r\n\r\n", HttpStatusCode.BadRequest),
            ($"GET {path} HTTP/1.1\r\nHost: a\r\nX: {new string('x', 70_000)}\r\n\r\n", TooMuch(surface)),
        ];
        foreach (var (request, status) in bad)
        {
            using var connection = await Connect();
            await connection.Send(request);

            var reply = await connection.Reply();
            AssertShape(name, status, reply);
            var id = reply.Headers.First(IsRequestId).Value;
            Assert.Matches($"^- - {(int)status} 0.0 ms - .* {Regex.Escape(id)}$", _log.Requests[^1]);
        }
    }

    [Theory]
    [InlineData("GET /rooms\0 HTTP/1.1\r\nHost: a\r\n\r\n", HttpStatusCode.BadRequest)]
    [InlineData("nonsense\r\n\r\n", HttpStatusCode.BadRequest)]
    [InlineData("GET /rooms HTTP/9.9\r\nHost: a\r\n\r\n", HttpStatusCode.HttpVersionNotSupported)]
    public async Task What_names_no_path_is_refused_without_one(string request, HttpStatusCode status)
    {
        using var connection = await Connect();
        await connection.Send(request);

        Assert.Equal(status, (await connection.Reply()).Status);
    }

    [Fact]
    public async Task An_address_that_is_too_long_is_refused_with_a_body()
    {
        using var connection = await Connect();
        await connection.Send($"GET /rooms?q={new string('x', 9_000)} HTTP/1.1\r\nHost: a\r\n\r\n");

        var reply = await connection.Reply();
        Assert.Equal(HttpStatusCode.RequestUriTooLong, reply.Status);
        Assert.NotNull(reply.Json!["error"]);
    }

    [Theory]
    [InlineData("POST", "/rooms")]
    [InlineData("POST", "/presets")]
    [InlineData("PATCH", "/sessions/00000000-0000-4000-8000-000000000000/reschedule")]
    public async Task Half_a_surrogate_pair_in_a_name_is_a_400(string method, string path)
    {
        const string body = """{"\ud800":"x","a":{"\udc00":1}}""";
        using var connection = await Connect();
        await connection.Send(
            $"{method} {path} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {TestAccounts.AcmeToken}\r\n"
            + $"Content-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}");

        AssertShape("LiveStream_CreateRoom", HttpStatusCode.BadRequest, await connection.Reply());
    }

    private Task<RawConnection> Connect() => RawConnection.Open(_server.Address);

    private static HttpStatusCode TooLarge(string function) =>
        HttpFunction.Named(function).Surface is "Conversation"
            ? HttpStatusCode.BadRequest
            : HttpStatusCode.RequestEntityTooLarge;

    private static HttpStatusCode TooMuch(string surface) => surface is "Conversation"
        ? HttpStatusCode.BadRequest
        : HttpStatusCode.RequestHeaderFieldsTooLarge;

    private static string PathOf(string name)
    {
        var function = HttpFunction.Named(name);
        var surface = SurfaceSamples.Of(function);
        return function.Path(id => id.EndsWith("ccountId", StringComparison.Ordinal) ? "acme" : surface.Absent[id]);
    }

    private static string Head(string name, string framing)
    {
        var function = HttpFunction.Named(name);
        var surface = SurfaceSamples.Of(function);
        return string.Create(CultureInfo.InvariantCulture, $"""
            {function.Methods[0]} {PathOf(name)} HTTP/1.1
            Host: a
            Authorization: {surface.Authorization(Tenant.Acme)}
            Content-Type: {SampleBody.MediaType(surface)}
            {framing}


            """).ReplaceLineEndings("\r\n");
    }

    private static bool IsRequestId(KeyValuePair<string, string> header) =>
        header.Key.ToUpperInvariant() is "X-REQUEST-ID" or "TWILIO-REQUEST-ID" or "X-CORRELATOR";

    private static void AssertShape(string name, HttpStatusCode status, RawReply reply)
    {
        Assert.True(status == reply.Status, $"{name}: expected {status}, got {reply.Status} {reply.Body}");
        Assert.StartsWith("application/json", reply.Headers["Content-Type"], StringComparison.Ordinal);
        var fault = SurfaceSamples.Of(HttpFunction.Named(name)).FaultOf(status, reply.Json);
        Assert.True(fault is null, $"{name}: {fault}, but is {reply.Body}");
    }
}
