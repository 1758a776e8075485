using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Sessions.Http;

namespace Sessions.LiveStream;

/// <summary>
/// The fields of a JSON body. Reading collects what is wrong, so that one answer names every bad field;
/// <see cref="Check"/> ends the request if there was any. An absent field and a null one read as null.
/// </summary>
internal sealed class Fields
{
    private readonly JsonElement _object;
    private readonly string _prefix;
    private readonly List<FieldError> _errors;

    private Fields(JsonElement content, string prefix, List<FieldError> errors) =>
        (_object, _prefix, _errors) = (content, prefix, errors);

    /// <summary>The call's body; no body at all counts as one without fields.</summary>
    /// <exception cref="RefusedException">It is no JSON object.</exception>
    public static async ValueTask<Fields> Read(Exchange exchange)
    {
        var json = (await exchange.Body()).IsEmpty ? default : await exchange.Json(LiveStreamJson.Default.JsonElement);
        return json.ValueKind is JsonValueKind.Object or JsonValueKind.Undefined
            ? new(json, "", [])
            : throw RefusedException.For(RefusalKind.Invalid, "Send a JSON object.");
    }

    /// <summary>Whether the body names the field, be it with null.</summary>
    public bool Has(string name) =>
        _object.ValueKind == JsonValueKind.Object && _object.TryGetProperty(name, out _);

    /// <summary>Text of so many characters.</summary>
    public string? Text(string name, int min, int max) =>
        TextOf(name) is not { } text ? null
        : text.Length >= min && text.Length <= max ? text
        : Wrong<string>(name, "range", $"Send {min} to {max} characters.");

    /// <summary>Text that must be there.</summary>
    public string RequiredText(string name, int min, int max) => Required(name, Text(name, min, max)) ?? "";

    /// <summary>The value, which must be there unless it was wrong already.</summary>
    public T? Required<T>(string name, T? value)
    {
        if (value is null && Find(name) is not { ValueKind: not JsonValueKind.Null })
        {
            Wrong<object>(name, "required", "This field is required");
        }

        return value;
    }

    /// <summary>true or false.</summary>
    public bool? Flag(string name) => Find(name) switch
    {
        null or { ValueKind: JsonValueKind.Null } => null,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        _ => WrongValue<bool>(name, "type", "Send true or false."),
    };

    /// <summary>A whole number in a range.</summary>
    public int? Whole(string name, int min, int max) => Find(name) switch
    {
        null or { ValueKind: JsonValueKind.Null } => null,
        { ValueKind: JsonValueKind.Number } number
            when number.TryGetInt32(out var value) && value >= min && value <= max => value,
        _ => WrongValue<int>(name, "range", $"Send a whole number, {min} to {max}."),
    };

    /// <summary>One of a few words.</summary>
    public string? Word(string name, params string[] words) =>
        TextOf(name) is not { } text ? null
        : words.Contains(text) ? text
        : Wrong<string>(name, "format", $"Send one of {string.Join(", ", words)}.");

    /// <summary>Text of a form.</summary>
    public string? Text(string name, Regex form, string example) =>
        TextOf(name) is not { } text ? null
        : form.IsMatch(text) ? text
        : Wrong<string>(name, "format", $"Send the like of {example}.");

    /// <summary>A UUID.</summary>
    public Guid? Id(string name) =>
        TextOf(name) is not { } text ? null
        : Guid.TryParseExact(text, "D", out var id) ? id
        : WrongValue<Guid>(name, "format", "Send a UUID.");

    /// <summary>A moment with its offset, before the year 9000 so that what follows from it is a date too.</summary>
    public DateTimeOffset? Moment(string name) =>
        TextOf(name) is not { } text ? null
        : DateTimeOffset.TryParseExact(
            text, ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"], CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var moment) && moment.Year < 9000
            ? moment
        : WrongValue<DateTimeOffset>(name, "format", "Send a date such as 2030-07-30T20:00:00Z.");

    /// <summary>The members of a field that is itself an object.</summary>
    public Fields? Object(string name) => Find(name) switch
    {
        null or { ValueKind: JsonValueKind.Null } => null,
        { ValueKind: JsonValueKind.Object } content => new(content, $"{_prefix}{name}.", _errors),
        _ => Wrong<Fields>(name, "type", "Send an object."),
    };

    /// <summary>Ends the request if a field was wrong.</summary>
    public void Check()
    {
        if (_errors.Count > 0)
        {
            throw LiveStreamErrors.Invalid(_errors);
        }
    }

    private JsonElement? Find(string name) => Has(name) ? _object.GetProperty(name) : null;

    private string? TextOf(string name)
    {
        try
        {
            return Find(name) switch
            {
                null or { ValueKind: JsonValueKind.Null } => null,
                { ValueKind: JsonValueKind.String } text => text.GetString(),
                _ => Wrong<string>(name, "type", "Send text."),
            };
        }
        catch (InvalidOperationException)
        {
            // JSON can spell half a surrogate pair, which is no text.
            return Wrong<string>(name, "type", "Send text in Unicode.");
        }
    }

    private T? Wrong<T>(string name, string code, string message)
        where T : class
    {
        _errors.Add(new(_prefix + name, $"validation_{code}", message));
        return null;
    }

    private T? WrongValue<T>(string name, string code, string message)
        where T : struct
    {
        Wrong<object>(name, code, message);
        return null;
    }
}
