//! What there is to draw with: looked for before Bevy needs it, since Bevy would panic where a person wants to know what
//! to install.

use bevy::prelude::*;
use bevy::tasks::block_on;

use super::ViewerError;

/// How much a picture may cost.
#[derive(Resource, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// Smooth edges and fine ground: for graphics cards, and for stills.
    Full,
    /// What a software driver can draw again and again: rough edges, coarser ground.
    Thrifty,
}

impl Detail {
    /// Samples a pixel.
    pub const fn antialiasing(self) -> Msaa {
        match self {
            Self::Full => Msaa::Sample4,
            Self::Thrifty => Msaa::Off,
        }
    }

    /// Distance between the corners of the drawn ground, m.
    pub const fn posting_m(self) -> f64 {
        match self {
            Self::Full => 20.0,
            Self::Thrifty => 50.0,
        }
    }
}

/// Finds out whether anything here can draw, and what a moving picture may cost on it.
pub fn find_adapter() -> Result<Detail, ViewerError> {
    let instance = wgpu::Instance::new(wgpu::InstanceDescriptor::new_without_display_handle());
    let found = block_on(instance.request_adapter(&wgpu::RequestAdapterOptions::default()));
    let adapter = found.map_err(|error| ViewerError::NoAdapter(error.to_string()))?;
    let software = adapter.get_info().device_type == wgpu::DeviceType::Cpu;
    Ok(if software { Detail::Thrifty } else { Detail::Full })
}
