using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Sessions.Tests.Architecture;

/// <summary>
/// Who may use whom. A layer is the folder under functions/, which is the second word of the namespace.
/// </summary>
internal static class Layers
{
    private static readonly string[] _belowSurfaces = ["Lifecycle", "Telemetry", "Storage", "Outbox", "Engine", "Http"];

    private static readonly string[] _functionTypes =
        ["FunctionAttribute", "HttpTriggerAttribute", "TimerTriggerAttribute", "AuthorizationLevel", "TimerInfo"];

    /// <summary>The uses in a compiled assembly that the rules forbid, as <c>user -> used</c>.</summary>
    public static IReadOnlyList<string> Violations(string assemblyPath)
    {
        using var module = ModuleDefinition.ReadModule(assemblyPath);
        var violations =
            from type in module.GetTypes()
            let user = Outermost(type)
            where user.Namespace.StartsWith("Sessions.", StringComparison.Ordinal)
            from used in Uses(type).SelectMany(Flatten).Select(Outermost)
            where !Allows(user.Namespace, used.Namespace, used.Name)
            select $"{user.FullName} -> {used.FullName}";
        return [.. violations.Distinct()];
    }

    /// <summary>Whether code in one namespace may use a type of another.</summary>
    public static bool Allows(string user, string usedNamespace, string usedName) => usedNamespace switch
    {
        _ when IsIn(usedNamespace, "Microsoft.Azure.Cosmos") => IsIn(user, "Sessions.Storage.Cosmos"),
        _ when Layer(user) is "Hosting" => true,
        _ when IsIn(usedNamespace, "Microsoft.Azure.Functions.Worker") => _functionTypes.Contains(usedName),
        _ when IsIn(usedNamespace, "Sessions") => AllowsOurs(Layer(user), Layer(usedNamespace)),
        _ => true,
    };

    private static bool AllowsOurs(string user, string used) => user switch
    {
        _ when user == used => true,
        "Lifecycle" => false,
        "Telemetry" => false,
        "Configuration" => false,
        _ when used is "Configuration" or "Telemetry" => true,
        "Storage" => used is "Lifecycle",
        "Outbox" => used is "Lifecycle" or "Storage",
        "Engine" => used is "Lifecycle" or "Storage" or "Outbox",
        "Http" => used is "Lifecycle" or "Storage" or "Outbox" or "Engine",
        _ => _belowSurfaces.Contains(used),
    };

    private static string Layer(string name) => name.Split('.') is [_, var layer, ..] ? layer : "";

    private static bool IsIn(string name, string parent) =>
        name == parent || name.StartsWith($"{parent}.", StringComparison.Ordinal);

    private static TypeReference Outermost(TypeReference type) =>
        type.DeclaringType is { } outer ? Outermost(outer) : type;

    private static IEnumerable<TypeReference> Flatten(TypeReference type) => type switch
    {
        GenericInstanceType generic => generic.GenericArguments.SelectMany(Flatten).Append(generic.ElementType),
        GenericParameter => [],
        TypeSpecification wrapped => Flatten(wrapped.ElementType),
        _ => [type],
    };

    private static IEnumerable<TypeReference> Uses(TypeDefinition type) =>
    [
        .. type.BaseType is { } parent ? [parent] : Array.Empty<TypeReference>(),
        .. type.Interfaces.Select(i => i.InterfaceType),
        .. Attributes(type),
        .. type.GenericParameters.SelectMany(p => p.Constraints).Select(c => c.ConstraintType),
        .. type.Fields.SelectMany(f => Attributes(f).Append(f.FieldType)),
        .. type.Properties.SelectMany(Attributes),
        .. type.Methods.SelectMany(Uses),
    ];

    private static IEnumerable<TypeReference> Uses(MethodDefinition method) =>
    [
        .. Attributes(method),
        .. Signature(method),
        .. method.Parameters.SelectMany(Attributes),
        .. method.GenericParameters.SelectMany(p => p.Constraints).Select(c => c.ConstraintType),
        .. method.HasBody ? Uses(method.Body) : [],
    ];

    private static IEnumerable<TypeReference> Uses(MethodBody body) =>
        body.Variables.Select(v => v.VariableType).Concat(body.Instructions.SelectMany(i => i.Operand switch
        {
            TypeReference type => [type],
            FieldReference field => [field.DeclaringType, field.FieldType],
            MethodReference called => Signature(called).Append(called.DeclaringType),
            _ => Array.Empty<TypeReference>(),
        }));

    private static IEnumerable<TypeReference> Signature(MethodReference method) =>
    [
        method.ReturnType,
        .. method.Parameters.Select(p => p.ParameterType),
        .. method is GenericInstanceMethod generic ? generic.GenericArguments : [],
    ];

    private static IEnumerable<TypeReference> Attributes(ICustomAttributeProvider owner) =>
        owner.CustomAttributes.Select(a => a.AttributeType);
}
