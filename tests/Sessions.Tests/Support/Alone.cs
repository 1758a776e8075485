namespace Sessions.Tests.Support;

/// <summary>
/// Tests of what takes its real time, or of the whole process: they run one by one when all others are done.
/// </summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
