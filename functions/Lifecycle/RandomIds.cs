using System.Security.Cryptography;

namespace Sessions.Lifecycle;

/// <summary>Ids that nobody can guess, since an id may be all that guards what it names.</summary>
public sealed class RandomIds : IIdSource
{
    /// <inheritdoc/>
    public Guid Next()
    {
        Span<byte> bytes = stackalloc byte[16];
        RandomNumberGenerator.Fill(bytes);
        return Uuid.From(bytes);
    }
}
