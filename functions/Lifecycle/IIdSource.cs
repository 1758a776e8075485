namespace Sessions.Lifecycle;

/// <summary>Where new ids come from; tests give their own.</summary>
public interface IIdSource
{
    /// <summary>A new random UUID (version 4).</summary>
    Guid Next();
}
