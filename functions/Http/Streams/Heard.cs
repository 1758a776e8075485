namespace Sessions.Http.Streams;

/// <summary>What a stream has heard of.</summary>
/// <param name="Topics">Where was written, and the version that was told of; null for any.</param>
/// <param name="Lag">How much later a read may still not show it.</param>
internal readonly record struct Heard(IReadOnlyDictionary<string, string?> Topics, TimeSpan Lag);
