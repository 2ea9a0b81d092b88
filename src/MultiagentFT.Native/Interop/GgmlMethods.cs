using System.Runtime.InteropServices;

namespace MultiagentFT.Native.Interop;

/// <summary>The functions of ggml.h and ggml-backend.h that this project uses.</summary>
internal static unsafe partial class GgmlMethods
{
    public const string Library = "ggml";
    public const string BaseLibrary = "ggml-base";

    [LibraryImport(BaseLibrary, EntryPoint = "ggml_log_set")]
    public static partial void LogSet(delegate* unmanaged[Cdecl]<int, byte*, void*, void> callback, void* data);

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

    [LibraryImport(BaseLibrary, EntryPoint = "ggml_blck_size")]
    public static partial long BlockLength(int type);

    [LibraryImport(BaseLibrary, EntryPoint = "ggml_type_size")]
    public static partial nuint BlockBytes(int type);

    [LibraryImport(BaseLibrary, EntryPoint = "ggml_quantize_requires_imatrix")]
    public static partial byte RequiresImportance(int type);

    [LibraryImport(BaseLibrary, EntryPoint = "ggml_quantize_init")]
    public static partial void QuantizeInit(int type);

    /// <returns>Bytes written.</returns>
    [LibraryImport(BaseLibrary, EntryPoint = "ggml_quantize_chunk")]
    public static partial nuint Quantize(
        int type, float* source, void* destination, long start, long rows, long rowLength, float* importance);

    [LibraryImport(BaseLibrary, EntryPoint = "ggml_init")]
    public static partial nint Init(GgmlInit parameters);

    [LibraryImport(BaseLibrary, EntryPoint = "ggml_free")]
    public static partial void Free(nint context);

    [LibraryImport(BaseLibrary, EntryPoint = "ggml_tensor_overhead")]
    public static partial nuint TensorOverhead();

    [LibraryImport(BaseLibrary, EntryPoint = "ggml_graph_overhead_custom")]
    public static partial nuint GraphOverhead(nuint nodes, byte gradients);

    [LibraryImport(BaseLibrary, EntryPoint = "ggml_new_tensor_2d")]
    public static partial nint NewTensor(nint context, int type, long rowLength, long rows);

    [LibraryImport(BaseLibrary, EntryPoint = "ggml_mul_mat")]
    public static partial nint MultiplyMatrix(nint context, nint weights, nint rows);

    [LibraryImport(BaseLibrary, EntryPoint = "ggml_custom_4d")]
    public static partial nint Custom(
        nint context, int type, long length0, long length1, long length2, long length3,
        nint* sources, int sourceCount, nint function, int tasks, void* userData);

    [LibraryImport(BaseLibrary, EntryPoint = "ggml_new_graph_custom")]
    public static partial nint NewGraph(nint context, nuint nodes, byte gradients);

    [LibraryImport(BaseLibrary, EntryPoint = "ggml_build_forward_expand")]
    public static partial void Expand(nint graph, nint tensor);

    [LibraryImport(BaseLibrary, EntryPoint = "ggml_graph_n_nodes")]
    public static partial int NodeCount(nint graph);

    [LibraryImport(BaseLibrary, EntryPoint = "ggml_backend_dev_init")]
    public static partial nint BackendInit(nint device, byte* parameters);

    [LibraryImport(BaseLibrary, EntryPoint = "ggml_backend_free")]
    public static partial void BackendFree(nint backend);

    [LibraryImport(BaseLibrary, EntryPoint = "ggml_backend_graph_compute")]
    public static partial int Compute(nint backend, nint graph);

    [LibraryImport(BaseLibrary, EntryPoint = "ggml_backend_dev_backend_reg")]
    public static partial nint DeviceRegistry(nint device);

    [LibraryImport(BaseLibrary, EntryPoint = "ggml_backend_reg_get_proc_address", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint RegistryFunction(nint registry, string name);

    [LibraryImport(BaseLibrary, EntryPoint = "ggml_backend_dev_supports_op")]
    public static partial byte SupportsOperation(nint device, nint tensor);

    [LibraryImport(BaseLibrary, EntryPoint = "ggml_backend_dev_buffer_type")]
    public static partial nint DeviceBufferType(nint device);

    [LibraryImport(BaseLibrary, EntryPoint = "ggml_backend_buft_name")]
    public static partial byte* BufferTypeName(nint bufferType);

    [LibraryImport(BaseLibrary, EntryPoint = "ggml_backend_buft_get_alloc_size")]
    public static partial nuint AllocationSize(nint bufferType, nint tensor);

    [LibraryImport(BaseLibrary, EntryPoint = "ggml_backend_buft_get_alignment")]
    public static partial nuint Alignment(nint bufferType);

    [LibraryImport(BaseLibrary, EntryPoint = "ggml_backend_buft_alloc_buffer")]
    public static partial nint AllocateBuffer(nint bufferType, nuint bytes);

    [LibraryImport(BaseLibrary, EntryPoint = "ggml_backend_buffer_free")]
    public static partial void FreeBuffer(nint buffer);

    [LibraryImport(BaseLibrary, EntryPoint = "ggml_backend_buffer_get_base")]
    public static partial void* BufferBase(nint buffer);

    /// <returns>0, or a negative ggml_status.</returns>
    [LibraryImport(BaseLibrary, EntryPoint = "ggml_backend_tensor_alloc")]
    public static partial int PlaceTensor(nint buffer, nint tensor, void* address);

    [LibraryImport(BaseLibrary, EntryPoint = "ggml_backend_tensor_set")]
    public static partial void SetTensor(nint tensor, void* data, nuint offset, nuint bytes);
}
