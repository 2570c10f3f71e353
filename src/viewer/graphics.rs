//! Looking for a graphics adapter before Bevy needs one: Bevy would panic, a person wants to know what to install.

use bevy::tasks::block_on;

use super::ViewerError;

/// Finds out whether anything here can draw, a graphics card or a software driver.
pub fn find_adapter() -> Result<(), ViewerError> {
    let instance = wgpu::Instance::new(wgpu::InstanceDescriptor::new_without_display_handle());
    let found = block_on(instance.request_adapter(&wgpu::RequestAdapterOptions::default()));
    found.map(|_| ()).map_err(|error| ViewerError::NoAdapter(error.to_string()))
}
