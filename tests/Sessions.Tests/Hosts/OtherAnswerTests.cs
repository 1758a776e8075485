using Sessions.Tests.Surfaces;

namespace Sessions.Tests.Hosts;

/// <summary>
/// The list of what is answered otherwise behind a Functions host than on Kestrel, each with its reason. All of it is
/// answered before the program hears of it, or instead of it, so the program cannot help it.
/// </summary>
public sealed class OtherAnswerTests(BothHosts hosts) : IClassFixture<BothHosts>
{
    public static TheoryData<string, string, int, int> Cases => new()
    {
        // What is asked; the header that makes the difference; on Kestrel; behind the host.
        // The host keeps these paths to itself, and asks for its own keys there.
        { "GET /admin/host/status", "", 404, 401 },
        { "GET /runtime/webhooks", "", 404, 401 },
        // The catch-all function names every method that the host knows; a method of one's own reaches no function.
        { "QUERY /v1/Services", "", 405, 404 },
        // The host's routes match no path that begins with two slashes, not even the catch-all's: an empty 404.
        { "GET //v1/Services", "", 404, 404 },
        // The host passes requests on with a client that sends no header beyond ASCII, and tries ten times.
        { "GET /health/live", "X-Correlator: é", 200, 500 },
        // The host and its worker find a call's two halves by this header, and the host keeps one that came along.
        { "GET /health/live", "x-ms-invocation-id: 1", 200, 500 },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task It_is_answered_otherwise_behind_the_host(string asked, string header, int kestrel, int functions)
    {
        var answers = await hosts.Ask(() =>
        {
            var request = new HttpRequestMessage(
                new(asked.Split(' ')[0]), new Uri($"http://localhost{asked.Split(' ')[1]}"));
            if (header.Split(": ") is [var name, var value])
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }

            return request;
        });

        Assert.Equal((kestrel, functions), (answers.Kestrel.Status, answers.Functions.Status));
        Assert.NotEqual(answers.Kestrel.Text, answers.Functions.Text);
    }

    [Fact]
    public async Task A_body_of_more_than_100_MB_is_refused_by_the_host_with_an_empty_500()
    {
        var authorization = SurfaceSamples.All["TwilioProxy"].Authorization(Tenant.Acme);

        var (kestrel, functions) = await hosts.AskRaw(
            $"POST /v1/Services HTTP/1.1\r\nHost: localhost\r\nAuthorization: {authorization}\r\n"
            + "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 110000000\r\n\r\nUniqueName=x");

        Assert.StartsWith("HTTP/1.1 413 ", kestrel, StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 500 ", functions, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_header_that_comes_twice_is_joined_by_the_host_so_that_two_idempotency_keys_are_one()
    {
        var authorization = SurfaceSamples.All["TwilioProxy"].Authorization(Tenant.Acme);

        var (kestrel, functions) = await hosts.AskRaw(
            $"POST /v1/Services HTTP/1.1\r\nHost: localhost\r\nAuthorization: {authorization}\r\n"
            + "Idempotency-Key: a\r\nIdempotency-Key: b\r\n"
            + "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 15\r\n\r\nUniqueName=keys");

        Assert.StartsWith("HTTP/1.1 400 ", kestrel, StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 201 ", functions, StringComparison.Ordinal);
    }
}
