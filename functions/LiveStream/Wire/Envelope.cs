namespace Sessions.LiveStream;

/// <summary>A success on the wire.</summary>
/// <param name="Success">true.</param>
/// <param name="Data">What was asked for.</param>
/// <param name="Timestamp">When, in Unix seconds.</param>
public sealed record Envelope<T>(bool Success, T Data, long Timestamp);

/// <summary>
/// A failure on the wire. The specification has two shapes for it, in its text and in its responses; this one has the
/// fields of both.
/// </summary>
/// <param name="Success">false.</param>
/// <param name="Error">What to do.</param>
/// <param name="Message">The same in short.</param>
/// <param name="Code">A word for programs.</param>
/// <param name="Errors">The fields that are wrong, or null.</param>
/// <param name="Timestamp">When, in Unix seconds.</param>
public sealed record ErrorBody(
    bool Success, string Error, string Message, string Code, IReadOnlyList<FieldError>? Errors, long Timestamp);

/// <summary>A field that is wrong.</summary>
/// <param name="Field">Its name; members are parted by dots.</param>
/// <param name="Code">validation_required, validation_type, validation_range or validation_format.</param>
/// <param name="Message">What to send instead.</param>
public sealed record FieldError(string Field, string Code, string Message);

/// <summary>The answer to a delete.</summary>
/// <param name="Id">What is gone.</param>
public sealed record Deleted(Guid Id);
