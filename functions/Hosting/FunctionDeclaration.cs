using System.Reflection;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Sessions.Http;

namespace Sessions.Hosting;

/// <summary>One function as its attributes declare it: served over HTTP or called by the clock.</summary>
public sealed record FunctionDeclaration
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private FunctionDeclaration(MethodInfo method, string name)
    {
        Method = method;
        Name = name;
        var first = method.GetParameters().FirstOrDefault();
        Http = first?.GetCustomAttribute<HttpTriggerAttribute>();
        Timer = first?.GetCustomAttribute<TimerTriggerAttribute>();
    }

    /// <summary>Those of Sessions.</summary>
    public static IReadOnlyList<FunctionDeclaration> Own { get; } = In(typeof(FunctionDeclaration).Assembly);

    /// <summary>The method, in a class that is made once.</summary>
    public MethodInfo Method { get; }

    /// <summary>The name, unique in the app.</summary>
    public string Name { get; }

    /// <summary>When it is served over HTTP: where.</summary>
    public HttpTriggerAttribute? Http { get; }

    /// <summary>The methods that it is served for, in the case of its attribute; empty for all.</summary>
    public IReadOnlyList<string> Methods => Http?.Methods ?? [];

    /// <summary>Where it is served: its route, else its name.</summary>
    public string Route => Http?.Route ?? Name;

    /// <summary>When it is called by the clock: how often.</summary>
    public TimerTriggerAttribute? Timer { get; }

    /// <summary>The functions of an assembly's public classes.</summary>
    /// <exception cref="InvalidOperationException">A function has a shape that no host of ours calls.</exception>
    public static IReadOnlyList<FunctionDeclaration> In(Assembly assembly)
    {
        var functions =
            from type in assembly.GetExportedTypes()
            where type.IsClass
            from method in type.GetMethods(Declared)
            where method.IsDefined(typeof(FunctionAttribute))
            select new FunctionDeclaration(method, method.GetCustomAttribute<FunctionAttribute>()!.Name).Checked();
        return [.. functions];
    }

    /// <summary>
    /// The function of the instance among the services, ready to call for a request, and observed. Whatever it answers,
    /// the page that asked may see it.
    /// </summary>
    public Func<HttpRequest, Task<IResult>> HttpCall(IServiceProvider services)
    {
        var function = Method.CreateDelegate<Func<HttpRequest, Task<IResult>>>(Instance(services));
        var cors = services.GetRequiredService<Cors>();
        return services.GetRequiredService<RequestObserver>().Observed(Name, Route, request =>
        {
            cors.Tell(request.HttpContext);
            return function(request);
        });
    }

    /// <summary>The function of the instance among the services, ready to call by the clock.</summary>
    public Func<TimerInfo, CancellationToken, Task> TimerCall(IServiceProvider services) =>
        Method.CreateDelegate<Func<TimerInfo, CancellationToken, Task>>(Instance(services));

    private object Instance(IServiceProvider services) => services.GetRequiredService(Method.DeclaringType!);

    private FunctionDeclaration Checked()
    {
        var fits = !Method.IsStatic && (Http, Timer) switch
        {
            ({ }, null) => IsShaped(typeof(Task<IResult>), typeof(HttpRequest)),
            (null, { }) => IsShaped(typeof(Task), typeof(TimerInfo), typeof(CancellationToken)),
            _ => false,
        };
        return fits ? this : throw new InvalidOperationException(
            $"The function {Name} ({Method.DeclaringType}.{Method.Name}) is of no shape that is called here. "
            + "It must be an instance method, Task<IResult> X([HttpTrigger] HttpRequest) "
            + "or Task X([TimerTrigger] TimerInfo, CancellationToken).");
    }

    private bool IsShaped(Type returns, params Type[] takes) =>
        Method.ReturnType == returns && Method.GetParameters().Select(p => p.ParameterType).SequenceEqual(takes);
}
