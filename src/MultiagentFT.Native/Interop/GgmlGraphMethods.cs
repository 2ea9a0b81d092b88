using System.Runtime.InteropServices;

namespace MultiagentFT.Native.Interop;

/// <summary>The operations of ggml.h that graphs for any device are made of. Each gives a new ggml_tensor of the context.</summary>
internal static unsafe partial class GgmlGraphMethods
{
    private const string Library = GgmlMethods.BaseLibrary;

    [LibraryImport(Library, EntryPoint = "ggml_new_tensor_3d")]
    public static partial nint NewTensor(nint context, int type, long length0, long length1, long length2);

    [LibraryImport(Library, EntryPoint = "ggml_new_tensor_4d")]
    public static partial nint NewTensor(nint context, int type, long length0, long length1, long length2, long length3);

    [LibraryImport(Library, EntryPoint = "ggml_set_input")]
    public static partial void SetInput(nint tensor);

    [LibraryImport(Library, EntryPoint = "ggml_set_output")]
    public static partial void SetOutput(nint tensor);

    [LibraryImport(Library, EntryPoint = "ggml_add")]
    public static partial nint Add(nint context, nint left, nint right);

    [LibraryImport(Library, EntryPoint = "ggml_mul")]
    public static partial nint Scale(nint context, nint left, nint right);

    [LibraryImport(Library, EntryPoint = "ggml_rms_norm")]
    public static partial nint RmsNorm(nint context, nint tensor, float epsilon);

    [LibraryImport(Library, EntryPoint = "ggml_mul_mat_id")]
    public static partial nint MultiplyChosen(nint context, nint matrices, nint rows, nint ids);

    [LibraryImport(Library, EntryPoint = "ggml_mul_mat_set_prec")]
    public static partial void SetProductPrecision(nint product, int precision);

    [LibraryImport(Library, EntryPoint = "ggml_get_rows")]
    public static partial nint GetRows(nint context, nint matrix, nint indices);

    [LibraryImport(Library, EntryPoint = "ggml_set_rows")]
    public static partial nint SetRows(nint context, nint matrix, nint rows, nint indices);

    [LibraryImport(Library, EntryPoint = "ggml_rope_ext")]
    public static partial nint Rotate(
        nint context, nint tensor, nint positions, nint factors, int dimensions, int mode, int originalContext, float frequencyBase,
        float frequencyScale, float extrapolation, float attentionFactor, float betaFast, float betaSlow);

    [LibraryImport(Library, EntryPoint = "ggml_flash_attn_ext")]
    public static partial nint FlashAttention(
        nint context, nint queries, nint keys, nint values, nint mask, float scale, float maxBias, float softcap);

    [LibraryImport(Library, EntryPoint = "ggml_flash_attn_ext_set_prec")]
    public static partial void SetAttentionPrecision(nint attention, int precision);

    [LibraryImport(Library, EntryPoint = "ggml_soft_max_ext")]
    public static partial nint SoftMax(nint context, nint scores, nint mask, float scale, float maxBias);

    [LibraryImport(Library, EntryPoint = "ggml_swiglu")]
    public static partial nint SwiGlu(nint context, nint gateUp);

    [LibraryImport(Library, EntryPoint = "ggml_swiglu_split")]
    public static partial nint SwiGlu(nint context, nint gate, nint up);

    [LibraryImport(Library, EntryPoint = "ggml_concat")]
    public static partial nint Concatenate(nint context, nint left, nint right, int dimension);

    [LibraryImport(Library, EntryPoint = "ggml_reshape_2d")]
    public static partial nint Reshape(nint context, nint tensor, long length0, long length1);

    [LibraryImport(Library, EntryPoint = "ggml_reshape_3d")]
    public static partial nint Reshape(nint context, nint tensor, long length0, long length1, long length2);

    [LibraryImport(Library, EntryPoint = "ggml_view_1d")]
    public static partial nint View(nint context, nint tensor, long length0, nuint offset);

    [LibraryImport(Library, EntryPoint = "ggml_view_2d")]
    public static partial nint View(nint context, nint tensor, long length0, long length1, nuint stride1, nuint offset);

    [LibraryImport(Library, EntryPoint = "ggml_view_3d")]
    public static partial nint View(
        nint context, nint tensor, long length0, long length1, long length2, nuint stride1, nuint stride2, nuint offset);

    [LibraryImport(Library, EntryPoint = "ggml_view_4d")]
    public static partial nint View(
        nint context, nint tensor, long length0, long length1, long length2, long length3, nuint stride1, nuint stride2, nuint stride3,
        nuint offset);

    [LibraryImport(Library, EntryPoint = "ggml_permute")]
    public static partial nint Permute(nint context, nint tensor, int axis0, int axis1, int axis2, int axis3);

    [LibraryImport(Library, EntryPoint = "ggml_cont")]
    public static partial nint Contiguous(nint context, nint tensor);
}
