#pragma warning disable IDE0161 // Two surfaces that break the rules side by side: what the layer check must find.

using Sessions.OtherSurface;

namespace Sessions.OtherSurface
{
    internal sealed class Thing;

    [AttributeUsage(AttributeTargets.Class)]
    internal sealed class MarkAttribute : Attribute;
}

namespace Sessions.SampleSurface
{
    internal sealed class InABody
    {
        public string Name() => new Thing().ToString()!;
    }

    internal sealed class InAnAsyncBody
    {
        public async Task<object> Later()
        {
            await Task.Yield();
            return new Thing();
        }
    }

    internal sealed class InAGenericArgument : List<Thing>;

    [Mark]
    internal sealed class InAnAttribute;

    internal sealed class Innocent
    {
        public Lifecycle.Lifetime? Lifetime { get; init; }
    }
}
