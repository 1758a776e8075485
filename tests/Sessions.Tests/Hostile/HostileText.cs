using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Sessions.Tests.Hostile;

/// <summary>Values that have broken servers before.</summary>
internal static class HostileText
{
    private static readonly string[] _known =
    [
        "", " ", "0", "-1", "1", "1.5", "1e400", "2147483647", "2147483648", "-2147483649", "9223372036854775807",
        "9223372036854775808", "99999999999999999999999999999999", "NaN", "Infinity", "0x10", "٣", "１２",
        "true", "false", "null", "undefined", "[]", "{}", "*", "%", "%s%n", "\\", "\"", "'", "' OR 1=1 --", ";", ",",
        ":",
        "/", "//", "..", "../..", "?", "#", "@", "<script>", "${x}", "{{x}}", "\t", "a b", "a+b", "é", "é", "ß", "İ",
        "￿", "﷽", "𝒳", "👩‍👩‍👧", "‮x", "\u200b", "﻿x", "a\u0000b", "\u0001", "\u007f", "\r\nX: y", "\ud7ff",
        "2026-02-30T00:00:00Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.9999999Z", "9999-12-31T23:59:59-14:00",
        "2026-03-14", "2030-01-01T00:00:00+25:00", "1e3s", "600s", "999999999999s", "-1s", "00:00:01",
        "+15551234567", "tel:+15551234567", "sip:a@b.c",
        "https://example.com/", "http://[::1]/", "http://169.254.169.254/",
        "javascript:1", "urn:uuid:0", "KS00000000000000000000000000000000", "KC0000000000000000000000000000000g",
        "00000000-0000-0000-0000-000000000000", "{00000000-0000-0000-0000-000000000000}",
        "name:x", "id:x", "x:y:z", "deleted:x", "con", "__proto__", "constructor", "W/\"x\"", "\"x\", *",
    ];

    private static readonly string[] _json =
    [
        "null", "true", "false", "0", "-0", "1.5", "1e400", "-1e-400", "123456789012345678901234567890",
        "[]", "{}", "\"\"", "\" \"", "[[]]", "[null]", "[\"a\",1]", "{\"a\":null}", "{\"\":1}",
        "\"\\ud800\"", "\"\\u0000\"", "\"\\udc00x\"", "\"a\\/b\"", "01", "+1", ".5", "1.",
        "'a'", "\"a", "tru", "\"\\x\"",
        "[1,]", "{\"a\":1,}", "{a:1}", "/**/1", "NaN", "[", "}", "\"\t\"",
    ];

    /// <summary>Names as JSON may spell them.</summary>
    public static string[] Names { get; } =
    [
        "\\ud800", "\\udc00", "\\udc00\\ud800", "a\\ud83d", "\\u0000", "\\u0074itle", "\\u0054TL", "\\\"", "",
        "__proto__", "\\ud83d\\ude00", "\\uFFFF", "$id", "$type", "\\/",
    ];

    /// <summary>Any text: known trouble, random text, or very much of it.</summary>
    public static Gen<string> Text { get; } = Gen.Frequency(
        (8, Gen.Elements(_known)),
        (3, from characters in Gen.Elements("aZ09-_.:/%+é€𝒳 \"'<>{}[]".ToCharArray()).ListOf(12)
            select Valid(new string([.. characters]))),
        (1, from size in Gen.Elements(64, 191, 192, 255, 256, 257, 1000, 2049)
            from letter in Gen.Elements("x", "é", "%", "0", "\"")
            select string.Concat(Enumerable.Repeat(letter, size))));

    /// <summary>Texts that a header can carry.</summary>
    public static Gen<string> Header { get; } = Text.Select(text =>
        string.Concat(text.Where(character => character is '\t' or (>= ' ' and not '\u007f'))));

    /// <summary>Part of a path, percent-encoded, well or not. No server lets an encoded NUL through.</summary>
    public static Gen<string> Segment { get; } = Gen.Frequency(
        (6, Text.Select(text => Uri.EscapeDataString(text).Replace("%00", "", StringComparison.Ordinal))),
        (1, Gen.Elements(
            "%", "%zz", "%ff", "%c3%28", "%ed%a0%80", "%2e%2e", "%2F", "%252F", "%3F", "%23", ";a=b", "~")));

    /// <summary>A JSON value, good or not, at times deep or long.</summary>
    public static Gen<string> Json { get; } = Gen.Frequency(
        (6, Gen.Elements(_json)),
        (6, Text.Select(text => System.Text.Json.JsonSerializer.Serialize(text))),
        (2, Gen.Choose(-5, 5).Select(number => number.ToString(CultureInfo.InvariantCulture))),
        (1, Gen.Elements(10, 63, 64, 65, 2000).Select(depth => new string('[', depth) + new string(']', depth))),
        (1, Gen.Elements(10, 64, 1000).Select(depth => Repeat("{\"a\":", depth) + "1" + new string('}', depth))),
        (1, Gen.Elements(100, 5000).Select(count => $"[{string.Join(',', Enumerable.Range(0, count))}]")));

    private static string Repeat(string text, int count) =>
        new StringBuilder(text.Length * count).Insert(0, text, count).ToString();

    // Halves of surrogate pairs do not go over a wire.
    private static string Valid(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
}
