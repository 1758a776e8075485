using FsCheck;
using FsCheck.Fluent;
using Sessions.Tests.Surfaces;

namespace Sessions.Tests.Hostile;

/// <summary>
/// Requests to every function that are good in most parts and bad in some: what is bad in every part is refused by the
/// first check and reaches nothing.
/// </summary>
internal sealed class HostileRequests(Func<HttpFunction, int> bodyLimit)
{
    private static readonly string[] _verbs =
        ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "QUERY", "get", "X"];

    private static readonly string[] _headers =
    [
        "Accept", "Accept-Charset", "Accept-Encoding", "Accept-Language", "Content-Encoding", "Content-Length",
        "Cookie",
        "Expect", "Forwarded", "Host", "Idempotency-Key", "I-Twilio-Idempotency-Token", "If-Match", "If-None-Match",
        "If-Modified-Since", "Last-Event-ID", "Origin", "Prefer", "Range", "registrationId", "Traceparent",
        "User-Agent",
        "Via", "X-API-Key", "X-Correlator", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto",
        "X-HTTP-Method-Override", "X-Http-Method", "X-Original-URL", "X-Request-Id",
    ];

    private static readonly string[] _types =
    [
        "text/plain", "application/xml", "multipart/form-data; boundary=x", "application/json; charset=utf-16",
        "application/x-www-form-urlencoded; charset=latin1", "application/JSON;;", "json", "", "a/b/c", "*/*",
        "application/json, text/plain", "application/vnd.api+json",
    ];

    /// <summary>One of them, with smaller ones to search when it fails.</summary>
    public Arbitrary<HostileRequest> Arbitrary() => Arb.From(
        Gen.Elements(HttpFunction.All.ToArray()).SelectMany(For), request => request.Smaller());

    private Gen<HostileRequest> For(HttpFunction function)
    {
        var surface = SurfaceSamples.Of(function);
        var sample = surface.RequestOf(function.Name);
        return
            from method in Mostly(30, Gen.Elements(function.Methods.ToArray()), Gen.Elements(_verbs))
            from path in Path(function, surface)
            from query in Query(sample)
            from headers in Headers(surface, sample)
            from body in HostileBodies.For(surface, sample.Body, bodyLimit(function))
            select new HostileRequest(function.Name, method, path, query, headers, body);
    }

    private static Gen<T> Mostly<T>(int often, Gen<T> good, Gen<T> bad) => Gen.Frequency((often, good), (1, bad));

    private static Gen<string> Path(HttpFunction function, ISurfaceSample surface)
    {
        var parameters = function.Ids.ToArray();
        var values = Gen.CollectToArray(parameters.Select(name => Gen.Frequency(
            (16, Gen.Constant($"<{name}>")),
            (1, Gen.Constant(surface.Absent[name])),
            (1, Gen.Elements(surface.Absent.Keys.Select(other => $"<{other}>").ToArray())),
            (3, HostileText.Segment))));
        return
            from given in values
            let path = function.Path(name => given[Array.IndexOf(parameters, name)])
            from bent in Mostly(20, Gen.Constant(path), Bent(path))
            select bent;
    }

    private static Gen<string> Bent(string path) => Gen.OneOf(
        Gen.Elements(
            path + "/", path + "//", "/" + path, path + "/..", path + "%2F", path.ToUpperInvariant(), path[..^1]),
        HostileText.Segment.Select(more => $"{path}/{more}"),
        HostileText.Segment.Select(more => $"{path}{more}"));

    private static Gen<string> Query(SampleRequest sample)
    {
        var names = sample.Query.Keys.Concat(["", "a", "pageSize", "PageSize", "page", "limit"]).ToArray();
        var value = Gen.Frequency(
            (3, Gen.Elements(sample.Query.Values.Append("1").ToArray()).Select(Uri.EscapeDataString)),
            (2, HostileText.Segment));
        var one = from name in Gen.Elements(names) from given in value select $"{name}={given}";
        return Gen.Frequency(
            (sample.Query.Count > 0 ? 1 : 8, Gen.Constant("")),
            (3, Gen.Choose(1, 3).SelectMany(count => one.ListOf(count)).Select(all => string.Join('&', all))),
            (1, HostileText.Segment));
    }

    private static Gen<(string Name, string Value)[]> Headers(ISurfaceSample surface, SampleRequest sample)
    {
        var authorization = Gen.Frequency(
            (40, Gen.Constant(surface.Authorization(Tenant.Acme))),
            (2, Gen.Constant(surface.Authorization(Tenant.Other))),
            (1, HostileText.Header),
            (1, from scheme in Gen.Elements("Basic", "Bearer", "basic", "Digest")
                from value in HostileText.Header
                select $"{scheme} {value}"));
        var type = Mostly(15, Gen.Constant(SampleBody.MediaType(surface)), Gen.Elements(_types));
        var own = sample.Headers.Select(header =>
            Mostly(12, Gen.Constant(header.Value), HostileText.Header).Select(value => (header.Key, value)));
        var stranger =
            from name in Gen.Elements(_headers.Concat(sample.Headers.Keys).ToArray())
            from value in Mostly(
                20, HostileText.Header, Gen.Elements(8_000, 20_000).Select(size => new string('x', size)))
            select (name, value);
        return
            from known in Gen.CollectToArray(own
                .Append(authorization.Select(value => ("Authorization", value)))
                .Append(type.Select(value => ("Content-Type", value))))
            from kept in Mostly(30, Gen.Constant(known), Gen.SubListOf(known).Select(some => some.ToArray()))
            from more in Gen.Frequency((6, Gen.Constant(0)), (3, Gen.Constant(1)), (1, Gen.Choose(2, 5)))
            from strangers in stranger.ListOf(more)
            select kept.Concat(strangers).ToArray();
    }
}
