namespace Sessions.Tests.TwilioProxy;

/// <summary>What goes wrong with one request to the carrier.</summary>
public enum CarrierFault
{
    /// <summary>It does what it is asked, and the connection breaks before it can say so.</summary>
    LoseAnswer,

    /// <summary>It does what it is asked, and says that it has failed.</summary>
    FailAfter,

    /// <summary>The connection breaks before it has done anything.</summary>
    LoseRequest,

    /// <summary>It has no time (429).</summary>
    TooMany,

    /// <summary>It has fallen over, and did nothing (503).</summary>
    Fail,

    /// <summary>It refuses with one of its codes.</summary>
    Refuse,

    /// <summary>It does what it is asked once <see cref="SimulatedCarrier.GoOn"/> is called.</summary>
    Slow,
}
