using Sessions.Http;
using Sessions.Storage;

namespace Sessions.LiveStream;

/// <summary>How presets lie in the store.</summary>
internal static class PresetDocuments
{
    public static readonly DocumentKind<Preset> Kind = new("live-stream/preset", LiveStreamStorageJson.Default.Preset);

    /// <summary>The document of a new preset, without its request hash.</summary>
    public static Document New(Exchange exchange, Preset preset) => new()
    {
        Partition = Ids.Partition(exchange.Account),
        Id = Ids.New(exchange, "preset").Text(),
        Kind = Kind.Name,
        Lifetime = new() { Status = "", Open = true, CreatedAt = exchange.Now, UpdatedAt = exchange.Now },
        Body = Kind.Seal(preset),
    };

    /// <summary>The preset as it is now, for a session to keep.</summary>
    public static PresetCopy Copy(Stored<Preset> preset) => new(
        Guid.ParseExact(preset.Document.Id, "D"),
        preset.Body,
        preset.Document.Lifetime.CreatedAt,
        preset.Document.Lifetime.UpdatedAt);
}
