using System.Security.Cryptography;

namespace Sessions.Lifecycle;

/// <summary>Ids that nobody can guess, since an id may be all that guards what it names.</summary>
public sealed class RandomIds : IIdSource
{
    private const int IdBytes = 16;

    // Random bytes are asked for in bulk: for sixteen at a time, asking costs many times what making them does.
    private readonly byte[] _bytes = new byte[256 * IdBytes];
    private readonly Lock _lock = new();
    private int _used = int.MaxValue;

    /// <inheritdoc/>
    public Guid Next()
    {
        lock (_lock)
        {
            if (_used >= _bytes.Length)
            {
                RandomNumberGenerator.Fill(_bytes);
                _used = 0;
            }

            var id = Uuid.From(_bytes.AsSpan(_used, IdBytes));
            _used += IdBytes;
            return id;
        }
    }
}
