using System.Collections.Frozen;

namespace MultiagentFT.Gguf;

/// <summary>
/// The correspondence between the format's types and .NET's. It is one to one, so a value's .NET type alone keeps its
/// exact GGUF type; an array is a .NET array of the element's type.
/// </summary>
internal static class GgufValueTypes
{
    private static readonly FrozenDictionary<Type, GgufValueType> Scalars = new Dictionary<Type, GgufValueType>
    {
        [typeof(byte)] = GgufValueType.UInt8,
        [typeof(sbyte)] = GgufValueType.Int8,
        [typeof(ushort)] = GgufValueType.UInt16,
        [typeof(short)] = GgufValueType.Int16,
        [typeof(uint)] = GgufValueType.UInt32,
        [typeof(int)] = GgufValueType.Int32,
        [typeof(float)] = GgufValueType.Single,
        [typeof(bool)] = GgufValueType.Bool,
        [typeof(string)] = GgufValueType.String,
        [typeof(ulong)] = GgufValueType.UInt64,
        [typeof(long)] = GgufValueType.Int64,
        [typeof(double)] = GgufValueType.Double,
    }.ToFrozenDictionary();

    /// <summary>The GGUF type of a .NET type, or null when the format cannot hold it.</summary>
    public static GgufValueType? Of(Type type)
    {
        if (Scalars.TryGetValue(type, out var scalar)) return scalar;
        return type.IsSZArray && Scalars.ContainsKey(type.GetElementType()!) ? GgufValueType.Array : null;
    }

    /// <summary>The GGUF type of an array's elements.</summary>
    public static GgufValueType OfElements(Array values) => Scalars[values.GetType().GetElementType()!];

    /// <summary>A type's name in the format's own terms: u32, str, arr[f32].</summary>
    public static string Name(Type type) => Of(type) switch
    {
        GgufValueType.Array => $"arr[{Name(type.GetElementType()!)}]",
        { } scalar => Name(scalar),
        null => type.Name,
    };

    private static string Name(GgufValueType type) => type switch
    {
        GgufValueType.UInt8 => "u8",
        GgufValueType.Int8 => "i8",
        GgufValueType.UInt16 => "u16",
        GgufValueType.Int16 => "i16",
        GgufValueType.UInt32 => "u32",
        GgufValueType.Int32 => "i32",
        GgufValueType.Single => "f32",
        GgufValueType.Bool => "bool",
        GgufValueType.String => "str",
        GgufValueType.UInt64 => "u64",
        GgufValueType.Int64 => "i64",
        GgufValueType.Double => "f64",
        _ => "arr",
    };
}
