using System.Reflection;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Sessions.Hosting.Local;

/// <summary>One function as its attributes declare it: served over HTTP or called by the clock.</summary>
public sealed record FunctionDeclaration
{
    private const BindingFlags Methods =
        BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private FunctionDeclaration(MethodInfo method, string name)
    {
        Method = method;
        Name = name;
        var first = method.GetParameters().FirstOrDefault();
        Http = first?.GetCustomAttribute<HttpTriggerAttribute>();
        Timer = first?.GetCustomAttribute<TimerTriggerAttribute>();
    }

    /// <summary>The method, in a class that the host makes once.</summary>
    public MethodInfo Method { get; }

    /// <summary>The name, unique in the app.</summary>
    public string Name { get; }

    /// <summary>When it is served over HTTP: where.</summary>
    public HttpTriggerAttribute? Http { get; }

    /// <summary>When it is called by the clock: how often.</summary>
    public TimerTriggerAttribute? Timer { get; }

    /// <summary>The functions of an assembly's public classes.</summary>
    /// <exception cref="InvalidOperationException">A function has a shape that the local host cannot call.</exception>
    public static IReadOnlyList<FunctionDeclaration> In(Assembly assembly)
    {
        var functions =
            from type in assembly.GetExportedTypes()
            where type.IsClass
            from method in type.GetMethods(Methods)
            where method.IsDefined(typeof(FunctionAttribute))
            select new FunctionDeclaration(method, method.GetCustomAttribute<FunctionAttribute>()!.Name).Checked();
        return [.. functions];
    }

    private FunctionDeclaration Checked()
    {
        var fits = !Method.IsStatic && (Http, Timer) switch
        {
            ({ }, null) => IsShaped(typeof(Task<IResult>), typeof(HttpRequest)),
            (null, { }) => IsShaped(typeof(Task), typeof(TimerInfo), typeof(CancellationToken)),
            _ => false,
        };
        return fits ? this : throw new InvalidOperationException(
            $"The function {Name} ({Method.DeclaringType}.{Method.Name}) is of no shape that the local host calls. "
            + "It must be an instance method, Task<IResult> X([HttpTrigger] HttpRequest) "
            + "or Task X([TimerTrigger] TimerInfo, CancellationToken).");
    }

    private bool IsShaped(Type returns, params Type[] takes) =>
        Method.ReturnType == returns && Method.GetParameters().Select(p => p.ParameterType).SequenceEqual(takes);
}
