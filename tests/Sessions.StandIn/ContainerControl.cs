using Sessions.StandIn.Charges;
using Sessions.StandIn.Items;

namespace Sessions.StandIn;

/// <summary>What tests may turn and read of a container.</summary>
public sealed class ContainerControl
{
    private readonly Container _container;

    internal ContainerControl(Container container) => _container = container;

    /// <summary>What its requests cost.</summary>
    public ChargeLog Log => _container.Log;

    /// <summary>How many request units it has in a second; infinite for as many as it likes.</summary>
    public void Throttle(double unitsPerSecond) => _container.UnitsPerSecond = unitsPerSecond;
}
