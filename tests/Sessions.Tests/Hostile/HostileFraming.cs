using System.Globalization;
using System.Net.Sockets;
using FsCheck;
using FsCheck.Fluent;
using Sessions.Tests.Framing;
using Sessions.Tests.Support;
using Sessions.Tests.Surfaces;

namespace Sessions.Tests.Hostile;

/// <summary>
/// Hostile requests over a socket, framed in every way that servers have stumbled over: chunks of any size and
/// spelling, lengths that do not fit, headers and lines that are none. What is demanded is an answer that is no 5xx, or
/// an end.
/// </summary>
internal static class HostileFraming
{
    private static readonly string[] _sizes =
    [
        "ffffffffffffffffff", "-1", "0x10", "7fffffff", "80000000", "g", "", "1;a=b", "1 ", "00000000000000000001",
        " 1",
    ];

    private static readonly string[] _heads =
    [
        "Transfer-Encoding: chunked, chunked", "Transfer-Encoding: identity", "Transfer-Encoding: gzip, chunked",
        "Transfer-Encoding: chunked\r\nContent-Length: 3", "Content-Length: -1",
        "Content-Length: 99999999999999999999",
        "Content-Length: 3\r\nContent-Length: 4", "Content-Length: 1e3", "Content-Length: 5", "Content-Length: 9999999",
        "Expect: 100-continue\r\nContent-Length: 3", "Expect: nothing\r\nContent-Length: 3", "Content-Length",
        "X\0: y\r\nContent-Length: 3", "X: \x01\r\nContent-Length: 3", " folded\r\nContent-Length: 3",
        "Upgrade: h2c\r\nConnection: Upgrade\r\nContent-Length: 3", "Transfer-Encoding : chunked",
    ];

    /// <summary>Sends so many, the same ones for the same seed; the faults that it finds.</summary>
    public static async Task<IReadOnlyList<string>> Run(int requests, ulong seed)
    {
        await using var server = await OwnServer.Start();
        var all = Gen.Elements(HttpFunction.All.ToArray()).SelectMany(Bytes);
        var faults = new List<string>();
        await Task.Run(() => Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(requests).WithQuietOnSuccess(true)
                .WithReplay(new Replay(new Rnd(seed), size: null)),
            Prop.ForAll(Arb.From(all), async bytes =>
            {
                if (await FaultOf(server.Address, bytes) is { } fault)
                {
                    faults.Add($"{fault}: {bytes[..Math.Min(bytes.Length, 400)]}");
                }
            })));
        return faults;
    }

    private static Gen<string> Bytes(HttpFunction function)
    {
        var surface = SurfaceSamples.Of(function);
        var path = function.Path(id => id.EndsWith("ccountId", StringComparison.Ordinal) ? "acme" : surface.Absent[id]);
        var body = SampleBody.Encode(
            surface.TakesForms, SampleBody.Members(surface.RequestOf(function.Name).Body));
        var head = $"{function.Methods[0]} {path} HTTP/1.1\r\nHost: a\r\n"
            + $"Authorization: {surface.Authorization(Tenant.Acme)}\r\n"
            + $"Content-Type: {SampleBody.MediaType(surface)}\r\n";
        var whole = string.Create(
            CultureInfo.InvariantCulture, $"{head}Content-Length: {body.Length}\r\n\r\n{body}");
        return Gen.OneOf(Chunked(head, body), Headed(head, body), Torn(whole));
    }

    private static Gen<string> Chunked(string head, string body) =>
        from size in Gen.Frequency((3, Gen.Elements(_sizes)), (2, Gen.Choose(1, 4000).Select(Hex)))
        from sent in Gen.Elements(body, "", new string('x', 100_000), body + "\r\n")
        from end in Gen.Elements("0\r\n\r\n", "0\r\nX: y\r\n\r\n", "", "\r\n", "0\n\n", "zz\r\n")
        select $"{head}Transfer-Encoding: chunked\r\n\r\n{size}\r\n{sent}\r\n{end}";

    private static Gen<string> Headed(string head, string body) =>
        from framing in Gen.Elements(_heads)
        from sent in Gen.Elements(body, "", "abc", "0\r\n\r\n")
        select $"{head}{framing}\r\n\r\n{sent}";

    private static Gen<string> Torn(string whole) =>
        from at in Gen.Choose(0, whole.Length)
        from broken in Gen.Elements(
            "\0", "\r", "\n", "\r\n", " ", "\xff", ":", "%", "HTTP/1.1", new string('a', 40_000))
        select whole.Insert(at, broken);

    private static string Hex(int number) => number.ToString("x", CultureInfo.InvariantCulture);

    private static async Task<string?> FaultOf(Uri server, string bytes)
    {
        using var connection = await RawConnection.Open(server);
        try
        {
            await connection.Send(bytes);
            connection.EndSending();
            return await connection.StatusOrEnd() is { } status and >= 500 and not 505 ? $"{status}" : null;
        }
        catch (Exception ended) when (ended is SocketException or IOException)
        {
            // It was cut off, which is an answer, too.
            return null;
        }
    }
}
