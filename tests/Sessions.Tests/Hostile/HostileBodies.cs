using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Sessions.Tests.Surfaces;

namespace Sessions.Tests.Hostile;

/// <summary>Bodies: the good one of a function with its members changed, dropped and doubled, then its bytes.</summary>
internal static class HostileBodies
{
    private static readonly string[] _bytes =
        ["\xff", "\xc3\x28", "\xed\xa0\x80", "\xef\xbb\xbf", "\0", "%", "%f", "%ff", "&", "=", "\"", "{", "}", ","];

    private static readonly string[] _whole =
    [
        "", " ", "null", "[]", "{}", "\"x\"", "1", "{\"a\":1}{\"a\":1}", "{\"a\":1} x",
        "&&&&", "=", "=&=", "%", "<x/>", "a=b",
    ];

    /// <summary>A body for the function.</summary>
    /// <param name="surface">The surface.</param>
    /// <param name="good">The good body as JSON, or null when the function takes none.</param>
    /// <param name="limit">The surface's limit in bytes.</param>
    public static Gen<string> For(ISurfaceSample surface, string? good, int limit)
    {
        var members = SampleBody.Members(good).ToArray();
        return Gen.Frequency(
            (good is null ? 30 : 2, Gen.Constant("")),
            (8, Encoded(surface, Gen.Constant(members))),
            (24, Encoded(surface, Changed(members))),
            (6, Torn(Encoded(surface, Changed(members)))),
            (3, Named(surface.TakesForms, Encoded(surface, Changed(members)))),
            (2, Gen.Elements(_whole)),
            (1, HostileText.Json.Select(Bytes)),
            (1, from more in Gen.Elements(-1, 0, 1, 1000)
                from letter in Gen.Elements('x', '[', '&', '\0', '"')
                select new string(letter, limit + more)));
    }

    private static Gen<(string Name, string Json)[]> Changed((string Name, string Json)[] members)
    {
        var each = members.Select(member => Gen.Frequency(
            (10, Gen.Constant(new[] { member })),
            (2, HostileText.Json.Select(json => new[] { (member.Name, json) })),
            (1, Gen.Constant(Array.Empty<(string, string)>())),
            (1, HostileText.Json.Select(json => new[] { member, (member.Name, json) })),
            (1, HostileText.Text.Select(name => new[] { (name, member.Json) }))));
        var stranger = Gen.Frequency(
            (9, Gen.Constant(Array.Empty<(string, string)>())),
            (1, from name in HostileText.Text from json in HostileText.Json select new[] { (name, json) }));
        return Gen.CollectToArray(each.Append(stranger)).Select(all => all.SelectMany(some => some).ToArray());
    }

    private static Gen<string> Encoded(ISurfaceSample surface, Gen<(string Name, string Json)[]> members) =>
        from fields in members
        from other in Gen.Frequency((15, Gen.Constant(false)), (1, Gen.Constant(true)))
        select Bytes(SampleBody.Encode(surface.TakesForms ^ other, fields));

    // One more member in some object of it, whose name is spelled as no serializer would.
    private static Gen<string> Named(bool form, Gen<string> bodies)
    {
        Func<string, string> encode = form ? Uri.EscapeDataString : text => text;
        return
            from body in bodies
            from name in Gen.Elements(HostileText.Names)
            from value in HostileText.Json
            let objects = body.Split(encode("{"))
            from at in Gen.Choose(1, Math.Max(1, objects.Length - 1))
            select objects.Length == 1 ? body : string.Concat(
                string.Join(encode("{"), objects[..at]),
                encode($"{{\"{name}\":"),
                Bytes(encode($"{value},")),
                string.Join(encode("{"), objects[at..]));
    }

    private static Gen<string> Torn(Gen<string> bodies) =>
        from body in bodies
        from at in Gen.Choose(0, body.Length)
        from broken in Gen.Elements(_bytes)
        from way in Gen.Choose(0, 2)
        select way switch { 0 => body.Insert(at, broken), 1 => body[..at], _ => body[at..] + broken };

    private static string Bytes(string text) => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text));
}
