namespace MultiagentFT.Native.Library;

/// <summary>A device that ggml can compute on.</summary>
/// <param name="Name">ggml's name, such as <c>CPU</c> or <c>CUDA0</c>.</param>
/// <param name="Description">The maker's name.</param>
/// <param name="Kind">What sort it is.</param>
/// <param name="FreeBytes">Memory free when asked.</param>
/// <param name="TotalBytes">Memory in all; 0 where the backend does not say.</param>
public sealed record DeviceDescription(string Name, string Description, DeviceKind Kind, long FreeBytes, long TotalBytes);
