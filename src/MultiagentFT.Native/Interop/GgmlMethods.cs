using System.Runtime.InteropServices;

namespace MultiagentFT.Native.Interop;

/// <summary>The functions of ggml.h and ggml-backend.h that this project uses.</summary>
internal static unsafe partial class GgmlMethods
{
    public const string Library = "ggml";
    public const string BaseLibrary = "ggml-base";

    [LibraryImport(Library, EntryPoint = "ggml_backend_load_all_from_path", StringMarshalling = StringMarshalling.Utf8)]
    public static partial void LoadBackends(string folder);

    [LibraryImport(Library, EntryPoint = "ggml_backend_dev_count")]
    public static partial nuint DeviceCount();

    [LibraryImport(Library, EntryPoint = "ggml_backend_dev_get")]
    public static partial nint Device(nuint index);

    [LibraryImport(BaseLibrary, EntryPoint = "ggml_backend_dev_name")]
    public static partial byte* DeviceName(nint device);

    [LibraryImport(BaseLibrary, EntryPoint = "ggml_backend_dev_description")]
    public static partial byte* DeviceDescription(nint device);

    [LibraryImport(BaseLibrary, EntryPoint = "ggml_backend_dev_memory")]
    public static partial void DeviceMemory(nint device, nuint* free, nuint* total);

    [LibraryImport(BaseLibrary, EntryPoint = "ggml_backend_dev_type")]
    public static partial int DeviceType(nint device);

    [LibraryImport(BaseLibrary, EntryPoint = "ggml_get_type_traits")]
    public static partial TypeTraits* TypeTraits(int type);

    [LibraryImport(BaseLibrary, EntryPoint = "ggml_quantize_requires_imatrix")]
    public static partial byte RequiresImportance(int type);

    [LibraryImport(BaseLibrary, EntryPoint = "ggml_quantize_init")]
    public static partial void QuantizeInit(int type);

    /// <returns>Bytes written.</returns>
    [LibraryImport(BaseLibrary, EntryPoint = "ggml_quantize_chunk")]
    public static partial nuint Quantize(
        int type, float* source, void* destination, long start, long rows, long rowLength, float* importance);
}
