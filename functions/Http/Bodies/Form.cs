using System.Net;
using System.Text;

namespace Sessions.Http.Bodies;

/// <summary>
/// A form as sent (<c>application/x-www-form-urlencoded</c>): names with one or more values. Bytes that are not UTF-8
/// are refused, not replaced, so that nothing is stored that the caller did not send.
/// </summary>
public sealed class Form
{
    private const int MaxFields = 1024;
    private static readonly UTF8Encoding _strictUtf8 = new(false, throwOnInvalidBytes: true);
    private readonly Dictionary<string, List<string>> _fields = new(StringComparer.Ordinal);

    /// <summary>Reads a form.</summary>
    /// <exception cref="RefusedException">It is not UTF-8, or has more than 1024 fields.</exception>
    public static Form Parse(ReadOnlySpan<byte> body)
    {
        var form = new Form();
        var count = 0;
        foreach (var range in body.Split((byte)'&'))
        {
            var field = body[range];
            if (field.IsEmpty)
            {
                continue;
            }

            if (++count > MaxFields)
            {
                throw RefusedException.For(RefusalKind.Invalid, $"Send at most {MaxFields} form fields.");
            }

            form.Add(field);
        }

        return form;
    }

    /// <summary>The value of a field, or null when it is absent.</summary>
    /// <exception cref="RefusedException">The field is there more than once.</exception>
    public string? One(string name) => All(name) switch
    {
        [] => null,
        [var value] => value,
        _ => throw RefusedException.For(RefusalKind.Invalid, $"Send the parameter {name} only once."),
    };

    /// <summary>All values of a field, in their order.</summary>
    public IReadOnlyList<string> All(string name) => _fields.TryGetValue(name, out var values) ? values : [];

    /// <summary>Every field with its values, in no order.</summary>
    public IEnumerable<KeyValuePair<string, IReadOnlyList<string>>> Fields =>
        _fields.Select(entry => KeyValuePair.Create<string, IReadOnlyList<string>>(entry.Key, entry.Value));

    private static string Decode(ReadOnlySpan<byte> encoded)
    {
        try
        {
            var bytes = encoded.ToArray();
            return _strictUtf8.GetString(WebUtility.UrlDecodeToBytes(bytes, 0, bytes.Length) ?? []);
        }
        catch (DecoderFallbackException)
        {
            throw RefusedException.For(RefusalKind.Invalid, "The form is not valid UTF-8.");
        }
    }

    private void Add(ReadOnlySpan<byte> field)
    {
        var equals = field.IndexOf((byte)'=');
        var name = Decode(equals < 0 ? field : field[..equals]);
        var value = equals < 0 ? "" : Decode(field[(equals + 1)..]);
        if (!_fields.TryGetValue(name, out var values))
        {
            _fields[name] = values = new(1);
        }

        values.Add(value);
    }
}
